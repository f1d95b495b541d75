import type { Finding } from './finding.ts';
import type { HostSurvey, SurveyedApp } from './survey.ts';

type Rule = (app: SurveyedApp, survey: HostSurvey) => Finding | undefined;

/** From so many failed builds in a row on nobody is looking. */
const REPEATED = 3;
const MANY_RESTARTS = 5;

/** What each app's own state tells. */
export function judgeApps(survey: HostSurvey): readonly Finding[] {
  return survey.apps.flatMap((app) =>
    RULES.map((rule) => rule(app, survey)).filter((one) => one !== undefined),
  );
}

const isDeployed = ({ summary: { state } }: SurveyedApp): boolean => state === 'deployed';

const RULES: readonly Rule[] = [
  (app) => {
    const { summary, unreadable } = app;
    if (unreadable === undefined) return undefined;
    return {
      rule: 'environment-unreadable',
      severity: 'critical',
      subjects: [summary.name],
      title: `Dokku can no longer read the variables of ${summary.name}`,
      evidence: unreadable,
      advice: `Deploy nothing: it would start without any variable. An administrator mends /home/dokku/${summary.name}/ENV on the host (a value ends in a double quote or a backslash).`,
      mend: { name: 'config_get', arguments: { app: summary.name } },
    };
  },
  (app) => {
    const { summary, processes } = app;
    if (!isDeployed(app) || summary.running?.value !== 'false') return undefined;
    return {
      rule: 'app-down',
      severity: 'critical',
      subjects: [summary.name],
      title: `${summary.name} is down although nobody stopped it`,
      evidence: `ps:report: running false, restore true${listed(processes)}`,
      advice:
        'Read its last log lines, then start it; if it crashes again, go back to the release that worked.',
      mend: { name: 'logs_read', arguments: { app: summary.name } },
    };
  },
  (app) => {
    const { summary, processes } = app;
    if (!isDeployed(app) || summary.running?.value !== 'mixed') return undefined;
    return {
      rule: 'app-partly-down',
      severity: 'warning',
      subjects: [summary.name],
      title: `Some processes of ${summary.name} are down`,
      evidence: `ps:report: running mixed${listed(processes)}`,
      advice: 'Read the log of the process that is down, then restart it.',
      mend: { name: 'logs_read', arguments: { app: summary.name } },
    };
  },
  ({ summary, restarts }) =>
    restarts === undefined || restarts < MANY_RESTARTS
      ? undefined
      : {
          rule: 'app-restarting',
          severity: 'warning',
          subjects: [summary.name],
          title: `Docker keeps restarting ${summary.name}`,
          evidence: `ps:inspect: ${restarts} restarts since its containers were made`,
          advice: 'It crashes and comes back, which no report shows. Read its log around the restarts.',
          mend: { name: 'logs_read', arguments: { app: summary.name } },
        },
  ({ summary, failedInARow }) => {
    const { lastBuild, name } = summary;
    if (lastBuild?.status !== 'failed') return undefined;
    const repeated = failedInARow !== undefined && failedInARow >= REPEATED;
    return {
      rule: repeated ? 'deploys-failing' : 'last-build-failed',
      severity: 'warning',
      subjects: [name],
      title: repeated
        ? `The last ${failedInARow} deploys of ${name} failed`
        : `The last deploy of ${name} failed`,
      evidence: `build ${lastBuild.id} (${lastBuild.source}) failed${lastBuild.exitCode === undefined ? '' : ` with ${lastBuild.exitCode}`}${summary.source === undefined ? '; nothing serves' : `; ${summary.source.location} still serves`}`,
      advice: 'Its output says why.',
      mend: { name: 'deploy_status', arguments: { id: lastBuild.id, app: name } },
    };
  },
  ({ summary: { name, locked, state } }) =>
    !locked || state === 'deploying'
      ? undefined
      : {
          rule: 'locked',
          severity: 'warning',
          subjects: [name],
          title: `${name} has a lock although nothing is deployed`,
          evidence: 'apps:report: locked true; builds:list: none runs',
          advice: 'It was left by a deploy that was cut off, or somebody set it. It does not stop deploys.',
          mend: { name: 'apps_set', arguments: { app: name, action: 'unlock' } },
        },
  ({ summary: { name, state } }) =>
    state !== 'stopped'
      ? undefined
      : {
          rule: 'stopped',
          severity: 'notice',
          subjects: [name],
          title: `${name} was stopped on purpose and stays down after a reboot`,
          evidence: 'ps:report: restore false',
          advice: 'Start it when it should serve again (release tasks run anew), or destroy it.',
          mend: { name: 'ps_control', arguments: { app: name, action: 'start' } },
        },
  ({ summary: { name, state, lastBuild } }) =>
    state !== 'created' || lastBuild !== undefined
      ? undefined
      : {
          rule: 'never-deployed',
          severity: 'notice',
          subjects: [name],
          title: `${name} was never deployed`,
          evidence: 'ps:report: deployed false; no build record',
          advice: 'Deploy it, or destroy it.',
          mend: { name: 'apps_info', arguments: { app: name } },
        },
  (app) => {
    const { settings, summary } = app;
    const off = settings?.checksDisabled ?? [];
    if (off.length === 0 || !isDeployed(app)) return undefined;
    return {
      rule: 'checks-disabled',
      severity: 'warning',
      subjects: [summary.name],
      title: `${summary.name} deploys with downtime and without health checks`,
      evidence: `checks:report: disabled for ${off.join(', ')}`,
      advice: 'Enable the checks unless two copies must never run at once.',
      mend: { name: 'ps_set', arguments: { app: summary.name, checks: 'enable' } },
    };
  },
  (app) => {
    const { settings, summary } = app;
    const skipped = settings?.checksSkipped ?? [];
    if (skipped.length === 0 || !isDeployed(app)) return undefined;
    return {
      rule: 'checks-skipped',
      severity: 'notice',
      subjects: [summary.name],
      title: `Deploys of ${summary.name} do not wait for health checks`,
      evidence: `checks:report: skipped for ${skipped.join(', ')}`,
      advice: 'A version that does not start replaces the one that works. Enable the checks.',
      mend: { name: 'ps_set', arguments: { app: summary.name, checks: 'enable' } },
    };
  },
  (app) => {
    const { settings, summary } = app;
    if (settings === undefined || !isDeployed(app)) return undefined;
    if (Object.keys(settings.resources).some((key) => key.endsWith('limit.memory'))) return undefined;
    return {
      rule: 'no-memory-limit',
      severity: 'notice',
      subjects: [summary.name],
      title: `${summary.name} has no memory limit`,
      evidence: 'resource:report: no limit.memory',
      advice: 'One app that leaks can take the host down. Set limits, the largest apps first.',
      mend: { name: 'ps_set', arguments: { app: summary.name, limit: { memory: '512m' } } },
    };
  },
  ({ summary: { name }, settings }) =>
    settings === undefined || settings.cron.tasks === 0 || !settings.cron.maintenance
      ? undefined
      : {
          rule: 'cron-suspended',
          severity: 'warning',
          subjects: [name],
          title: `The scheduled tasks of ${name} do not run`,
          evidence: `cron:report: ${settings.cron.tasks} tasks, maintenance true`,
          advice: 'Clear the maintenance property of cron when they should run again.',
          mend: {
            name: 'command_execute',
            arguments: { name: 'cron:set', args: [name, 'maintenance', 'false'] },
          },
        },
  ({ summary: { name }, maintenance }) =>
    maintenance !== true
      ? undefined
      : {
          rule: 'maintenance',
          severity: 'notice',
          subjects: [name],
          title: `${name} shows its maintenance page`,
          evidence: 'maintenance:report: enabled true',
          advice: 'Switch it off when the work is done.',
          mend: { name: 'command_execute', arguments: { name: 'maintenance:disable', args: [name] } },
        },
];

function listed(processes: readonly string[] | undefined): string {
  return processes === undefined || processes.length === 0 ? '' : `; ${processes.join(', ')}`;
}
