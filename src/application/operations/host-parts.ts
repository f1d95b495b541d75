import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import type { Command } from '../ports.ts';
import type { HostPart } from './host-info.ts';

const MOST_EVENTS = 100;
/** Apps whose tasks are listed one by one: Dokku has no list over all apps. */
const MOST_CRON_APPS = 30;

const keys = z.array(z.object({ name: z.string(), fingerprint: z.string() }));
const tasks = z.array(
  z.object({
    id: z.string(),
    command: z.string(),
    schedule: z.string(),
    maintenance: z.union([z.string(), z.boolean()]).optional(),
  }),
);

/** Tasks of the host, and of the apps that have any (`cron:report` counts them in one command). */
export async function cronRows(context: Context): Promise<HostPart> {
  const counts = await context.infrastructure.settings('cron', context.signal);
  const busy = [...counts].filter(([, report]) => Number(report['task-count'] ?? 0) > 0).map(([app]) => app);
  const lists = await Promise.all(
    ['--global', ...busy.slice(0, MOST_CRON_APPS)].map(async (scope) => ({
      scope,
      found: tasks.safeParse(await json(context, { name: 'cron:list', args: [scope, '--format', 'json'] })),
    })),
  );
  return {
    rows: lists.flatMap(({ scope, found }) =>
      (found.data ?? []).map(({ id, command, schedule, maintenance }) => ({
        app: scope === '--global' ? '(host)' : scope,
        schedule,
        command,
        runs: String(maintenance) === 'true' ? 'no (maintenance)' : 'yes',
        id,
      })),
    ),
    notes: [
      'Run one now: command_execute cron:run APP ID; suspend it: cron:suspend.',
      ...(busy.length > MOST_CRON_APPS ? [`${busy.length - MOST_CRON_APPS} more apps have tasks.`] : []),
    ],
  };
}

export async function keyRows(context: Context): Promise<HostPart> {
  const found = keys.safeParse(await json(context, { name: 'ssh-keys:list', args: ['--format', 'json'] }));
  return {
    rows: (found.data ?? []).map(({ name, fingerprint }) => ({ name, fingerprint })),
    notes: [
      'Whoever holds one of these keys commands Dokku. Adding and removing needs root; an administrator runs on the host: cat KEY.pub | sudo dokku ssh-keys:add NAME, or sudo dokku ssh-keys:remove NAME.',
    ],
  };
}

/** The last events of the host's own log; it is off unless somebody switched it on. */
export async function eventLines({ client, signal }: Context): Promise<HostPart> {
  const [list, log] = await Promise.all([
    client.execute({ name: 'events:list', args: [] }, { signal }),
    client.execute({ name: 'events', args: [] }, { signal, keepBytes: 64 * 1024 }),
  ]);
  const lines = log.stdout.split('\n').filter((line) => line.trim() !== '');
  const off = /logger disabled/.test(list.stderr);
  return {
    rows: [{ log: off ? 'off' : 'on', lines: String(lines.length) }],
    notes: off
      ? ['Events are not logged; command_execute events:on starts it.']
      : [`The last ${Math.min(lines.length, MOST_EVENTS)} lines follow.`],
    untrusted: lines.slice(-MOST_EVENTS).join('\n'),
  };
}

export async function registryRows(context: Context): Promise<HostPart> {
  const reports = await context.infrastructure.settings('registry', context.signal);
  return {
    rows: [...reports].map(([app, report]) => ({
      app,
      server: report['computed-server'] || '(docker hub)',
      push: report['computed-push-on-release'] ?? '',
      image: report['computed-image-repo-template'] ?? '',
    })),
    notes: ['Log in with registry_set; Dokku does not show who is logged in.'],
  };
}

/** What differs on k3s, Dokku's distributed scheduler (plugins/scheduler-k3s and what others ask the scheduler for). */
const K3S_DIFFERS =
  'Apps on k3s: deploys, logs, run, enter, stop and scale work as ever. Single processes and ps:inspect show nothing; of docker options only capabilities, privileged and sysctls count; networks do not apply; only http and https mappings are served; storage needs entries with scheduler k3s; certificates come from its own cert-manager (scheduler-k3s:set letsencrypt-*).';

/** `scheduler-k3s:cluster:list`: the Go structure without names for JSON. */
const Nodes = z.array(
  z.object({
    Name: z.string(),
    Roles: z.array(z.string()).nullish(),
    Ready: z.boolean(),
    Version: z.string(),
  }),
);

export async function schedulerRows(context: Context): Promise<HostPart> {
  const reports = await context.infrastructure.settings('scheduler', context.signal);
  const apps = [...reports].map(([app, report]) => ({
    app,
    scheduler: report['computed-selected'] || 'docker-local',
  }));
  if (!apps.some(({ scheduler }) => scheduler === 'k3s')) return { rows: apps };
  const { rows, notes } = await nodeRows(context);
  return { rows: [...apps, ...rows], notes: [K3S_DIFFERS, ...notes] };
}

/** The nodes of the cluster, or why they could not be read: the apps and what differs are told all the same. */
async function nodeRows(context: Context): Promise<Required<Omit<HostPart, 'untrusted'>>> {
  try {
    const found = Nodes.safeParse(
      await json(context, { name: 'scheduler-k3s:cluster:list', args: ['--format', 'json'] }),
    );
    if (!found.success) return { rows: [], notes: ['The nodes were told in a form that is not known.'] };
    const away = found.data.filter(({ Ready }) => !Ready).map(({ Name }) => Name);
    return {
      rows: found.data.map(({ Name, Ready, Roles, Version }) => ({
        node: Name,
        ready: Ready ? 'yes' : 'NO',
        roles: (Roles ?? []).join(' '),
        version: Version,
      })),
      notes: away.length === 0 ? [] : [`Not ready, so nothing new is placed there: ${away.join(', ')}.`],
    };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
    return { rows: [], notes: [`The nodes could not be read: ${error.message}`] };
  }
}

async function json({ client, signal }: Context, command: Command): Promise<unknown> {
  const { stdout } = await client.execute(command, { signal, keepBytes: 1024 * 1024 });
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
