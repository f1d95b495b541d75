import { DomainError } from '../../domain/errors.ts';
import { newestFirst, toPrune } from '../../domain/service/backup-rules.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import type { Service } from '../../domain/service/service.ts';
import { throwAwayFor } from '../../domain/service/throw-away.ts';
import type { BackupWork, WorkStep } from '../backup-jobs.ts';
import type { NewBackup } from '../backups.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import { commandsOf } from '../workflows/backup-context.ts';
import { dumpFor, readyService, refuseImmovable, removal, said, sizeOf } from './backups-facts.ts';
import type { Ask } from './backups-input.ts';
import { jobText, runningJobs } from './backups-jobs.ts';
import { keyIn, title, usersOf } from './services-facts.ts';

/* Plans that move data between a service and the backup directory. */

async function exportOf(service: Service, reason: NewBackup['reason'], context: Context): Promise<WorkStep> {
  const { backups, services, host, signal } = context;
  const { type, name, version } = service;
  const held = await services.count(service, signal);
  const backup: NewBackup = {
    host,
    type,
    name,
    reason,
    ...(version === undefined ? {} : { version }),
    ...(held === undefined ? {} : { held }),
  };
  return {
    name: `${type}:export`,
    args: [name],
    sink: backup,
    deadlineMs: backups.settings.exportMs,
  };
}

export async function planExport(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  const service = await readyService(key, context);
  const work: BackupWork = { ...key, action: 'export', steps: [await exportOf(service, 'asked', context)] };
  return {
    summary: `Export the ${title(key)} to ${context.backups.dir}`,
    effect: 'reversible',
    commands: commandsOf(work, context.backups),
    work,
    consequences: [
      `The service is only read. The file holds all of its data in clear, readable by the user of this server alone.`,
      `It is given up after ${Math.round(context.backups.settings.exportMs / 60_000)} minutes (backups.export_minutes).`,
    ],
    facts: { ...key, status: service.status },
    // Only reads the service; exports of one service wait for each other by themselves.
    concurrent: true,
  };
}

export async function planImport(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  const service = await readyService(key, context);
  const dump = await dumpFor(key, input.file, context);
  const safety = await exportOf(service, 'safety', context);
  const work: BackupWork = {
    ...key,
    action: 'import',
    steps: [safety, { name: `${key.type}:import`, args: [key.name], source: dump }],
  };
  const held = await context.services.count(key, context.signal);
  const { manifest } = dump;
  const users = usersOf(service);
  return {
    summary: `Import ${dump.file} into the ${title(key)}, over what it holds`,
    effect: 'destructive',
    commands: commandsOf(work, context.backups),
    work,
    consequences: [
      `First what it holds${held === undefined ? '' : ` (${held.count} ${held.unit})`} is exported; without that nothing is imported.`,
      manifest === undefined
        ? `The dump was not made from here: ${sizeOf(dump.bytes)}, SHA-256 ${dump.sha256.slice(0, 12)}…; it begins as one of ${key.type}.`
        : `The dump is of the ${title(manifest)}: ${said(manifest)}; its checksum is right.`,
      key.type === 'redis'
        ? 'All keys are replaced, and the service is down for some seconds. Where the service was made with umask 022 the plugin fails, and leaves it stopped and empty.'
        : 'What the dump holds replaces what stands.',
      users.length === 0
        ? 'No app is linked to it.'
        : `Linked apps see the data change under them: ${users.join(', ')}.`,
    ],
    facts: {
      ...key,
      file: dump.file,
      sha256: dump.sha256,
      version: service.version ?? null,
      links: service.links,
    },
    typedName: key.name,
  };
}

/** Every command may fail and the next one still runs: what was made is to go again. The answers tell how it went. */
export async function planTestRestore(input: Ask, context: Context): Promise<Plan> {
  const { services, signal, backups } = context;
  const key = keyIn(input);
  refuseImmovable(key);
  const dump = await dumpFor(key, input.file, context);
  const trial = throwAwayFor(key, dump.sha256);
  services.invalidate();
  if ((await services.names(key.type, signal)).includes(trial.name)) {
    const running = (await runningJobs(context)).find(
      ({ action, type }) => action === 'test_restore' && type === key.type,
    );
    throw new DomainError('CONFLICT', {
      reason: `There is a ${title(trial)} already: a test restore of ${dump.file} runs, or one was cut off.`,
      wayOut: `When none runs, remove it: ${removal(trial)}${running === undefined ? '' : ` ${jobText(running)}`}`,
    });
  }
  const { probe } = datastoreOf(key.type);
  const version = dump.manifest?.version ?? (await services.getByName(key, signal)).version;
  const [image = key.type, tag] = version?.split(/:(?=[^:/]*$)/) ?? [];
  const steps: readonly WorkStep[] = [
    ...services.create(trial, {
      ...(image === key.type ? {} : { image }),
      ...(tag === undefined ? {} : { version: tag }),
    }),
    { name: `${key.type}:import`, args: [trial.name], source: dump },
    ...(probe === undefined ? [] : [{ name: `${key.type}:connect`, args: [trial.name], stdin: probe.count }]),
    ...services.destroy(trial).map((step) => ({ ...step, cleanup: true })),
  ];
  const work: BackupWork = {
    ...key,
    action: 'test_restore',
    steps: steps.map((step) => ({ ...step, accept: 'any' as const })),
  };
  return {
    summary: `Restore ${dump.file} into a throw-away ${key.type} service and compare what it holds`,
    effect: 'reversible',
    commands: commandsOf(work, backups),
    work,
    consequences: [
      `The ${title(key)} itself is not touched. ${trial.name} is made (${version ?? 'default version'}), filled, counted and destroyed.`,
      `Meanwhile it needs memory and disk of the host as the original does (the dump is ${sizeOf(dump.bytes)}).`,
    ],
    facts: { ...key, file: dump.file, sha256: dump.sha256 },
  };
}

export async function planPrune(input: Ask, context: Context): Promise<Plan> {
  const { backups, host } = context;
  const key = keyIn(input);
  const keep = input.keep ?? backups.settings.keep;
  const all = await backups.list(host, key);
  const goes = newestFirst(toPrune(all, keep));
  const stays = all.filter((backup) => !goes.includes(backup));
  return {
    summary: `Remove ${goes.length} of ${all.length} backups of the ${title(key)} from ${backups.dir}`,
    effect: goes.length === 0 ? 'reversible' : 'destructive',
    commands: [],
    locally: async () => {
      for (const { file } of goes) await backups.remove(file);
    },
    consequences: [
      `Kept are the newest of ${keep.daily} days, ${keep.weekly} weeks and ${keep.monthly} months, and always the last good one. Nothing is sent to the host.`,
      ...goes.map((backup) => `goes: ${said(backup)}`),
      ...stays.slice(0, 5).map((backup) => `stays: ${said(backup)}`),
    ],
    facts: { ...key, goes: goes.map(({ file }) => file) },
  };
}
