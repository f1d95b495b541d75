import { z } from 'zod';
import type { Application, BuildSummary } from '../../domain/application/application.ts';
import { defineQuery } from '../operation.ts';
import { lines } from '../text.ts';
import { app, Build, SourceFact, time } from './fields.ts';

const Info = z.object({
  name: z.string(),
  state: z.string(),
  running: z.string(),
  created_at: z.string().optional(),
  locked: z.boolean(),
  processes: z.array(
    z.object({
      type: z.string(),
      index: z.number(),
      state: z.string(),
      restarts: z.number().optional(),
      out_of_memory: z.boolean().optional(),
    }),
  ),
  scale: z.record(z.string(), z.number()),
  scale_fixed_by_app_json: z.boolean(),
  source: SourceFact.optional(),
  git_sha: z.string().optional(),
  domains: z.array(z.string()),
  urls: z.array(z.string()),
  ports_mapped: z.array(z.string()),
  ports_detected: z.array(z.string()),
  certificate: z.object({
    enabled: z.boolean(),
    expiresAt: z.string().optional(),
    issuer: z.string().optional(),
  }),
  proxy: z.object({ enabled: z.boolean(), type: z.string() }),
  config_keys: z.array(z.string()),
  mounts: z.array(z.object({ from: z.string(), to: z.string() })),
  resources: z.record(z.string(), z.string()),
  checks: z.record(z.string(), z.string()),
  restart_policy: z.string().optional(),
  builds: z.array(Build),
  cron: z.array(z.object({ command: z.string(), schedule: z.string() })),
  missing: z.array(z.object({ part: z.string(), reason: z.string() })),
});

export const appsInfo = defineQuery({
  name: 'apps_info',
  title: 'Show one app in full',
  description:
    'Processes and their state, running version, domains, URLs, ports, last builds, names of config variables, mounts, limits, checks.',
  input: z.strictObject({ app }),
  output: Info,
  async run({ app }, { apps, signal }) {
    const found = await apps.getByName(app, signal);
    return {
      data: facts(found),
      text: `${found.name} is ${found.state}, running ${found.running}${found.locked ? ', deploy lock present' : ''}.`,
      untrusted: describe(found),
    };
  },
});

function build(record: BuildSummary): z.input<typeof Build> {
  return {
    id: record.id,
    status: record.status,
    via: record.source,
    started_at: time(record.startedAt),
    ...(record.finishedAt === undefined ? {} : { finished_at: time(record.finishedAt) }),
  };
}

function facts(found: Application): z.input<typeof Info> {
  return {
    name: found.name,
    state: found.state,
    running: found.running,
    locked: found.locked,
    processes: found.processes.map(({ type, index, state, restarts, outOfMemory }) => ({
      type,
      index,
      state,
      ...(restarts === undefined ? {} : { restarts }),
      ...(outOfMemory === undefined ? {} : { out_of_memory: outOfMemory }),
    })),
    scale: { ...found.scale.desired },
    scale_fixed_by_app_json: found.scale.fixedByAppJson,
    domains: [...found.domains],
    urls: [...found.urls],
    ports_mapped: [...found.ports.mapped],
    ports_detected: [...found.ports.detected],
    certificate: found.certificate,
    proxy: found.proxy,
    config_keys: [...found.configKeys],
    mounts: [...found.mounts],
    resources: { ...found.resources },
    checks: { ...found.checks },
    builds: found.builds.slice(0, 10).map(build),
    cron: [...found.cron],
    missing: [...found.missing],
    ...(found.createdAt === undefined ? {} : { created_at: time(found.createdAt) }),
    ...(found.source === undefined ? {} : { source: found.source }),
    ...(found.gitSha === undefined ? {} : { git_sha: found.gitSha }),
    ...(found.restartPolicy === undefined ? {} : { restart_policy: found.restartPolicy }),
  };
}

/** Signs that somebody should look for the cause. */
function inTrouble({ state, running, processes, builds }: Application): boolean {
  const failed = builds.find(({ status }) => status !== 'running')?.status === 'failed';
  const down =
    state !== 'created' && (running !== 'true' || processes.some((one) => one.state !== 'running'));
  return failed || down;
}

function describe(found: Application): string {
  const processes = found.processes
    .map(
      ({ type, index, state, restarts }) =>
        `${type}.${index} ${state}${restarts ? ` (restarted ${restarts} times)` : ''}`,
    )
    .join(', ');
  const scale = Object.entries(found.scale.desired)
    .map(([type, count]) => `${type}=${count}`)
    .join(' ');
  return lines([
    ['processes', processes || 'none'],
    ['scale', scale + (found.scale.fixedByAppJson ? ' (fixed by app.json)' : '')],
    ['version', found.source && `${found.source.location} ${found.source.revision ?? ''}`.trim()],
    ['urls', found.urls.join(' ')],
    ['domains', found.domains.join(' ')],
    ['ports', found.ports.mapped.join(' ') || `${found.ports.detected.join(' ')} (detected)`],
    ['certificate', found.certificate.enabled ? `until ${found.certificate.expiresAt ?? 'unknown'}` : 'none'],
    ['config', found.configKeys.join(' ') || 'no variables'],
    ['mounts', found.mounts.map(({ from, to }) => `${from} -> ${to}`).join(', ')],
    [
      'limits',
      Object.entries(found.resources)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    ],
    ['cron', found.cron.map(({ schedule, command }) => `${schedule} ${command}`).join('; ')],
    [
      'last builds',
      found.builds
        .slice(0, 3)
        .map(({ id, status, source }) => `${id} ${status} (${source})`)
        .join(', '),
    ],
    ['something is wrong', inTrouble(found) ? `call app_diagnose {"app": "${found.name}"}` : undefined],
    ['could not be read', found.missing.map(({ part, reason }) => `${part} (${reason})`).join('; ')],
  ]);
}
