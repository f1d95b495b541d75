import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { compareVersions } from '../../domain/infrastructure/advisories.ts';
import type { Mount, StorageEntry } from '../../domain/infrastructure/storage.ts';
import { reasonAgainstPath, STORAGE_ROOT } from '../../domain/infrastructure/storage-paths.ts';
import type { Context } from '../context.ts';
import { defineChange, type Plan } from '../operation.ts';
import { app, restart } from './fields.ts';
import { isServing, LATER_NOTE, RESTART_NOTE, restartOutcome, thenRestart } from './restarting.ts';
import { MountFact, mountFact } from './storage-info.ts';

const EntryName = /^[a-z0-9](?:[a-z0-9-]{0,43}[a-z0-9])?$/;

const Input = z.strictObject({
  action: z.enum(['create', 'destroy', 'mount', 'unmount']),
  source: z
    .string()
    .min(1)
    .max(500)
    .describe(`Name of a storage entry, or a directory below ${STORAGE_ROOT}/`),
  app: app.optional().describe('App to mount in'),
  container_dir: z
    .string()
    .regex(/^\/[A-Za-z0-9._/@+-]{1,400}$/, 'is an absolute path in the container, like /data')
    .optional(),
  readonly: z.boolean().default(false),
  chown: z
    .enum(['herokuish', 'heroku', 'paketo', 'root', 'false'])
    .optional()
    .describe('Owner of a new directory: by the builder of the app'),
  restart,
});
type Input = z.output<typeof Input>;

export const storageSet = defineChange({
  name: 'storage_set',
  listed: false,
  title: 'Create, mount, unmount or destroy persistent storage',
  description:
    'Named storage entries (volumes, directories that outlive containers) and their mounts in apps, with the restart that they need.',
  effect: 'destructive',
  isSevere: ({ action }) => action === 'destroy',
  idempotent: true,
  input: Input,
  output: z.object({ source: z.string(), exists: z.boolean(), mounts: z.array(MountFact) }),
  async plan(input, context): Promise<Plan> {
    const known = await read(context);
    switch (input.action) {
      case 'create':
        return await createPlan(input, known, context);
      case 'destroy':
        return destroyPlan(input, known, context);
      case 'mount':
        return await mountPlan(input, known, context);
      case 'unmount':
        return await unmountPlan(input, known, context);
    }
  },
  async readBack(input, context, done) {
    const { entries, mounts } = await read(context);
    const { action, source } = input;
    const exists = entries.some(({ name }) => name === source);
    const mounted = mountOf(input, mounts) !== undefined;
    const named = EntryName.test(source);
    const directory = done.plan.commands[0]?.name === 'storage:ensure-directory';
    const good = { create: exists || directory, destroy: !exists, mount: mounted, unmount: !mounted }[action];
    if (!good) {
      throw new DomainError('NOT_APPLIED', {
        command: done.plan.commands[0]?.name ?? 'storage:mount',
        found: `${source} ${named ? (exists ? 'exists' : 'does not exist') : ''}, ${mounted ? 'mounted' : 'not mounted'}`,
        wayOut: 'Another change may have come between; call storage_info and decide anew.',
      });
    }
    const uses = mounts.filter((mount) => isSource(mount, source)).map(mountFact);
    const { text, untrusted } = restartOutcome(done);
    const where = uses.map((use) => `${use.app} at ${use.container_dir}`).join(', ') || 'by no app';
    return {
      data: { source, exists, mounts: uses },
      text: `${source}: mounted ${where}, read back.${input.app === undefined ? '' : ` ${text}`}`,
      ...(untrusted === undefined ? {} : { untrusted }),
    };
  },
});

interface Known {
  readonly entries: readonly StorageEntry[];
  readonly mounts: readonly Mount[];
}

async function read({ infrastructure, signal }: Context): Promise<Known> {
  const [entries, mounts] = await Promise.all([
    infrastructure.entries(signal),
    infrastructure.mounts(signal),
  ]);
  return { entries, mounts };
}

async function createPlan({ source, chown }: Input, { entries }: Known, context: Context): Promise<Plan> {
  if (!EntryName.test(source)) {
    throw new ValidationError(
      'source',
      'a new entry has a name of at most 45 lower case letters, digits and hyphens, with no hyphen at either end',
    );
  }
  if (entries.some(({ name }) => name === source)) {
    throw new DomainError('NAME_TAKEN', { what: 'storage entry', name: source });
  }
  const { version } = await context.client.about(context.signal);
  const named = compareVersions(version, '0.38.0') >= 0;
  return {
    summary: `Create the storage ${source}`,
    effect: 'reversible',
    commands: named
      ? context.infrastructure.createEntry(source, chown)
      : context.infrastructure.ensureDirectory(source, chown),
    consequences: [
      named
        ? `A directory ${STORAGE_ROOT}/${source} and an entry of that name; no app mounts it yet.`
        : `A directory ${STORAGE_ROOT}/${source}; this Dokku has no named entries, so mount it by its path.`,
    ],
    facts: { source, exists: false },
    ...(named ? { inverse: context.infrastructure.destroyEntry(source) } : {}),
  };
}

function destroyPlan({ source }: Input, { entries, mounts }: Known, { infrastructure }: Context): Plan {
  const entry = knownEntry(source, entries);
  const users = mounts.filter((mount) => isSource(mount, source)).map((mount) => mount.app);
  if (users.length > 0) {
    throw new DomainError('CONFLICT', {
      reason: `The storage ${source} is mounted by ${users.join(', ')}.`,
      wayOut: 'Unmount it there first.',
    });
  }
  return {
    summary: `Destroy the storage entry ${source}`,
    effect: 'destructive',
    commands: infrastructure.destroyEntry(source),
    consequences: [`Only the entry goes; the files stay in ${entry.hostPath}.`],
    facts: { source, hostPath: entry.hostPath },
    typedName: source,
  };
}

async function mountPlan(input: Input, { entries, mounts }: Known, context: Context): Promise<Plan> {
  const { app, dir } = place(input);
  const { source, readonly } = input;
  const serving = await isServing(context, app);
  if (source.startsWith('/')) {
    const against =
      reasonAgainstPath(source) ?? (/[:\s]/.test(source) ? 'a path without : and blanks' : undefined);
    if (against !== undefined) throw new ValidationError('source', against);
  } else knownEntry(source, entries);
  const taken = mounts.find((mount) => mount.app === app && mount.containerPath === dir);
  if (taken !== undefined) {
    throw new DomainError('CONFLICT', {
      reason: `${app} has ${taken.entry || taken.hostPath} mounted at ${dir} already.`,
      wayOut: 'Unmount that first, or take another directory.',
    });
  }
  const others = mounts.filter((mount) => isSource(mount, source)).map((mount) => mount.app);
  const restarts = input.restart && serving;
  const wanted = { app, source, containerDir: dir, readonly };
  return {
    summary: `Mount ${source} at ${dir} in ${app}`,
    ...thenRestart(app, context.infrastructure.mount(wanted), restarts),
    consequences: [
      `What the image holds at ${dir} is hidden by the mount.`,
      ...(others.length === 0 ? [] : [`${others.join(', ')} mount it too: they share the files.`]),
      restarts ? RESTART_NOTE : LATER_NOTE,
    ],
    facts: { app, source, mounts: mounts.filter((mount) => mount.app === app).map(mountFact) },
    inverse: context.infrastructure.unmount(
      source.startsWith('/')
        ? { app, entry: '', hostPath: source, containerPath: dir }
        : { app, entry: source, hostPath: '', containerPath: dir },
    ),
  };
}

async function unmountPlan(input: Input, { mounts }: Known, context: Context): Promise<Plan> {
  const { app, dir } = place(input);
  const found = mountOf(input, mounts);
  if (found === undefined) {
    const there = mounts.filter((mount) => mount.app === app);
    throw new DomainError('NOT_FOUND', {
      what: `mount of ${app}`,
      name: `${input.source} at ${dir}`,
      wayOut: `It has: ${there.map((one) => `${one.entry || one.hostPath} at ${one.containerPath}`).join(', ') || 'none'}.`,
    });
  }
  const restarts = input.restart && (await isServing(context, app));
  const { commands, ...rest } = thenRestart(app, context.infrastructure.unmount(found), restarts);
  return {
    summary: `Unmount ${input.source} from ${app}`,
    ...rest,
    commands,
    effect: 'disruptive',
    consequences: [
      `The files stay in ${found.hostPath}; the app no longer sees them at ${dir} and writes there are lost with the container.`,
      restarts ? RESTART_NOTE : LATER_NOTE,
    ],
    facts: { app, mount: mountFact(found) },
  };
}

function place({ action, app, container_dir }: Input): { readonly app: string; readonly dir: string } {
  if (app === undefined) throw new ValidationError('app', `${action} needs the app`);
  if (container_dir === undefined) throw new ValidationError('container_dir', `${action} needs it`);
  return { app, dir: container_dir };
}

function isSource({ entry, hostPath }: Mount, source: string): boolean {
  return entry === source || hostPath === source;
}

function mountOf({ app, source, container_dir }: Input, mounts: readonly Mount[]): Mount | undefined {
  return mounts.find(
    (mount) => mount.app === app && mount.containerPath === container_dir && isSource(mount, source),
  );
}

function knownEntry(source: string, entries: readonly StorageEntry[]): StorageEntry {
  const entry = entries.find(({ name }) => name === source);
  if (entry !== undefined) return entry;
  throw new DomainError('NOT_FOUND', {
    what: 'storage entry',
    name: source,
    nearest: entries
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('legacy-'))
      .slice(0, 3),
    wayOut: 'Create it with action create.',
  });
}
