import { advisories, compareVersions } from './advisories.ts';
import type { Finding } from './finding.ts';
import type { FileSystem, HostAbout, ServerFacts } from './server.ts';
import type { HostSurvey } from './survey.ts';

/** What was measured; an older plugin may behave otherwise. */
const MEASURED: Readonly<Record<string, string>> = {
  'http-auth': '0.10.0',
  letsencrypt: '0.25.1',
  maintenance: '0.10.1',
  postgres: '1.48.0',
  redirect: '0.9.1',
  redis: '1.43.0',
};

const FULL_DISK = 90;
const FILLING_DISK = 80;
const LOW_MEMORY = 0.05;
/** Containers of replaced deploys stay for a minute; a few are no litter. */
const LITTER = 5;
/** First docker client with all that Dokku 0.38 calls it with. */
const DOCKER = '23.0.0';

/** What version and plugins alone tell; doctor says the same. */
export function judgeAbout(about: HostAbout): readonly Finding[] {
  return [...judgeVersion(about.version), ...judgePlugins(about)];
}

function judgeVersion(version: string): Finding[] {
  const known = advisories(version).map(
    ({ id, detail, fixedIn }): Finding => ({
      rule: 'version-advisory',
      severity: id.startsWith('CVE-') ? 'critical' : 'warning',
      subjects: [id],
      title: `Dokku ${version}: ${detail}`,
      evidence: `dokku version ${version}; mended in ${fixedIn}`,
      advice: `Upgrade Dokku to ${fixedIn} or later.`,
    }),
  );
  return compareVersions(version, '0.38.0') >= 0
    ? known
    : [
        ...known,
        {
          rule: 'version-old',
          severity: 'notice',
          subjects: [],
          title: `Dokku ${version} keeps no build records`,
          evidence: `dokku version ${version}; build records came with 0.38.0`,
          advice: 'Upgrade Dokku: failed deploys can then be explained after the fact.',
        },
      ];
}

function judgePlugins({ plugins }: HostAbout): Finding[] {
  const own = plugins.filter(({ core }) => !core);
  return [
    ...own
      .filter(({ enabled }) => !enabled)
      .map(
        ({ name }): Finding => ({
          rule: 'plugin-disabled',
          severity: 'notice',
          subjects: [name],
          title: `The plugin ${name} is disabled`,
          evidence: 'plugin:list says disabled',
          advice: `An administrator runs on the host: sudo dokku plugin:enable ${name} (or plugin:uninstall).`,
        }),
      ),
    ...own
      .filter(({ name, version }) => isOlder(version, MEASURED[name]))
      .map(
        ({ name, version }): Finding => ({
          rule: 'plugin-outdated',
          severity: 'notice',
          subjects: [name],
          title: `The plugin ${name} is old`,
          evidence: `${name} ${version}; ${MEASURED[name]} is known to work`,
          advice: `An administrator runs on the host: sudo dokku plugin:update ${name}.`,
        }),
      ),
  ];
}

function isOlder(version: string, measured: string | undefined): boolean {
  return measured !== undefined && /^\d+\.\d+/.test(version) && compareVersions(version, measured) < 0;
}

/** What the machine says: disks, memory, docker and its logs. */
export function judgeServer(survey: HostSurvey): readonly Finding[] {
  const { server, apps, logMaxSize } = survey;
  const logs: Finding[] =
    logMaxSize === 'unlimited' || logMaxSize === '0'
      ? [
          {
            rule: 'logs-unlimited',
            severity: 'warning',
            subjects: [],
            title: 'Container logs grow without end',
            evidence: `logs:report --global: max-size ${logMaxSize}`,
            advice: 'Set a size; it counts for containers made from then on.',
            mend: {
              name: 'command_execute',
              arguments: { name: 'logs:set', args: ['--global', 'max-size', '10m'] },
            },
          },
        ]
      : [];
  return server === undefined
    ? logs
    : [
        ...server.disks.flatMap((disk) => judgeDisk(disk, 'disk')),
        ...server.inodes.flatMap((disk) => judgeDisk(disk, 'inodes')),
        ...judgeMemory(server),
        ...judgeDocker(server),
        ...judgeContainers(server, apps.filter(({ summary }) => summary.state === 'stopped').length),
        ...logs,
      ];
}

function judgeDisk(
  { device, mount, usedPercent, available }: FileSystem,
  what: 'disk' | 'inodes',
): Finding[] {
  if (usedPercent < FILLING_DISK) return [];
  const left = available === undefined ? '' : `, ${(available / 2 ** 30).toFixed(1)} GiB left`;
  return [
    {
      rule: `${what}-full`,
      severity: usedPercent >= FULL_DISK ? 'critical' : 'warning',
      subjects: [],
      title: `${what === 'disk' ? 'The disk' : 'The inode table'} ${mount} is ${usedPercent} % full`,
      evidence: `dokku report: ${device} on ${mount} ${usedPercent} %${what === 'disk' ? left : ''}`,
      advice:
        'Builds and databases fail on a full disk. Look at the clean-up plan first; an administrator finds the rest with docker system df.',
      mend: { name: 'host_cleanup', arguments: {} },
    },
  ];
}

function judgeMemory({ memory }: ServerFacts): Finding[] {
  if (memory === undefined || memory.total === 0 || memory.available / memory.total >= LOW_MEMORY) return [];
  return [
    {
      rule: 'memory-low',
      severity: 'warning',
      subjects: [],
      title: 'The host is short of memory',
      evidence: `dokku report: ${memory.available} of ${memory.total} MiB available${memory.swapTotal === 0 ? ', no swap' : ''}`,
      advice:
        'The next deploy needs memory for a second copy of each process. Limit the largest apps (ps_set memory), scale down, or give the host more.',
    },
  ];
}

/**
 * Dokku 0.38 calls `docker container cp --quiet` and `docker network ls --format json`; docker has both since 23.0.
 * With an older client a deploy of an image goes on without its Procfile and app.json, and says nothing of it; nor are
 * the containers removed that it was to copy them from (`docker container remove` is of 23.0 too).
 */
function judgeDocker({ docker: { client } }: ServerFacts): Finding[] {
  const [version] = /^\d+\.\d+[\d.]*/.exec(client ?? '') ?? [];
  if (version === undefined || compareVersions(version, DOCKER) >= 0) return [];
  return [
    {
      rule: 'docker-old',
      severity: 'warning',
      subjects: [],
      title: `The docker client ${client} is too old for this Dokku`,
      evidence: `dokku report: docker version, client ${client}`,
      advice: `Deployed images lose their Procfile and app.json without a word, each leaves containers behind, and network:list fails. An administrator installs docker ${DOCKER} or later.`,
    },
  ];
}

function judgeContainers({ docker }: ServerFacts, stoppedApps: number): Finding[] {
  const { stopped = 0, running } = docker;
  if (stopped <= LITTER + stoppedApps) return [];
  return [
    {
      rule: 'dead-containers',
      severity: 'notice',
      subjects: [],
      title: `${stopped} stopped containers lie around`,
      evidence: `docker info: ${stopped} stopped, ${running ?? 'unknown'} running; ${stoppedApps} apps are stopped on purpose`,
      advice: 'Remove what no app needs any more; the plan shows the commands.',
      mend: { name: 'host_cleanup', arguments: {} },
    },
  ];
}
