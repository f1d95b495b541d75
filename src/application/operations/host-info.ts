import { z } from 'zod';
import { BEYOND_DOKKU } from '../../domain/infrastructure/server.ts';
import type { Context } from '../context.ts';
import { type Answer, defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { cronRows, eventLines, keyRows, registryRows, schedulerRows } from './host-parts.ts';

const ABOUT = ['server', 'plugins', 'cron', 'ssh_keys', 'events', 'registry', 'scheduler'] as const;

const Output = z.object({
  about: z.enum(ABOUT),
  rows: z.array(z.record(z.string(), z.string())),
  /** What the dokku user cannot see, and the command of an administrator that shows it. */
  beyond: z.array(z.object({ what: z.string(), command: z.string() })),
  notes: z.array(z.string()),
});

export type Rows = readonly Readonly<Record<string, string>>[];

/** One part of the host: rows for a table, and what has to be said beside them. */
export interface HostPart {
  readonly rows: Rows;
  readonly notes?: readonly string[];
  /** Lines of the host itself. */
  readonly untrusted?: string;
}

export const hostInfo = defineQuery({
  name: 'host_info',
  listed: false,
  title: 'Facts about the host',
  description:
    'One part of the host: server (CPU, memory, disk, inodes, docker, versions), plugins, cron tasks, ssh_keys, events, registry logins, scheduler (k3s nodes).',
  input: z.strictObject({ about: z.enum(ABOUT) }),
  output: Output,
  async run({ about }, context): Promise<Answer<z.input<typeof Output>>> {
    const { rows, notes = [], untrusted } = await PARTS[about](context);
    const beyond = about === 'server' ? [...BEYOND_DOKKU] : [];
    return {
      data: { about, rows: rows.map((row) => ({ ...row })), beyond, notes: [...notes] },
      text: [
        rows.length === 0 ? `Nothing to show for ${about}.` : asTable(rows),
        ...notes,
        ...(beyond.length === 0
          ? []
          : ['The dokku user cannot see these; an administrator runs on the host:']),
        ...beyond.map(({ what, command }) => `- ${what}: ${command}`),
      ].join('\n'),
      ...(untrusted === undefined || untrusted === '' ? {} : { untrusted }),
    };
  },
});

const PARTS: Readonly<Record<(typeof ABOUT)[number], (context: Context) => Promise<HostPart>>> = {
  server: serverRows,
  plugins: pluginRows,
  cron: cronRows,
  ssh_keys: keyRows,
  events: eventLines,
  registry: registryRows,
  scheduler: schedulerRows,
};

function asTable(rows: Rows): string {
  const head = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return table(
    head,
    rows.map((row) => head.map((key) => row[key] ?? '')),
  );
}

async function serverRows({ infrastructure, client, signal }: Context): Promise<HostPart> {
  const [server, { version }] = await Promise.all([infrastructure.server(signal), client.about(signal)]);
  const { memory, docker } = server;
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ['dokku', version],
    ['system', server.system],
    ['kernel', server.kernel],
    ['architecture', server.architecture],
    ['cpus', server.cpus],
    ['memory', memory && `${memory.available} of ${memory.total} MiB available`],
    ['swap', memory && `${memory.swapUsed} of ${memory.swapTotal} MiB used`],
    ...server.disks.map(
      ({ mount, usedPercent, available }) =>
        [
          `disk ${mount}`,
          `${usedPercent} % used${available === undefined ? '' : `, ${(available / 2 ** 30).toFixed(1)} GiB left`}`,
        ] as const,
    ),
    ...server.inodes.map(({ mount, usedPercent }) => [`inodes ${mount}`, `${usedPercent} % used`] as const),
    ['docker', docker.version],
    [
      'containers',
      docker.running === undefined ? undefined : `${docker.running} running, ${docker.stopped ?? 0} stopped`,
    ],
    ['images', docker.images],
    ['docker storage', docker.storageDriver],
    ['docker logs', docker.loggingDriver],
    ...Object.entries(server.tools),
  ];
  return {
    rows: facts
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => ({ name, value: String(value) })),
  };
}

async function pluginRows({ client, signal }: Context): Promise<HostPart> {
  const { plugins } = await client.about(signal);
  const own = plugins.filter(({ core }) => !core);
  return {
    rows: own.map(({ name, version, enabled }) => ({ name, version, enabled: enabled ? 'yes' : 'no' })),
    notes: [
      `${plugins.length - own.length} core plugins besides.`,
      'Installing needs root; an administrator runs on the host: sudo dokku plugin:install https://github.com/dokku/dokku-NAME.git',
    ],
  };
}
