import { goStructJson, requireApp } from '../access.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, verbose } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp, SimulatedMount } from '../state.ts';
import {
  allEntries,
  entryFields,
  findEntry,
  legacyEntry,
  saveEntry,
  schedulerOf,
} from '../storage/entries.ts';
import {
  appsUsing,
  attachmentFault,
  EVERY_PROCESS,
  formatMount,
  mountFault,
  mountsOf,
  parseMount,
  phasesOf,
  processOf,
  sameMount,
} from '../storage/mounts.ts';

const mountFlags: Readonly<Record<string, FlagSpec>> = {
  'container-dir': { kind: 'string', usage: '--container-dir: container path (named-entry form)' },
  phase: { kind: 'strings', usage: '--phase: phase to mount in (deploy, run; default both)' },
  'process-type': { kind: 'string', usage: '--process-type: process type to mount for' },
  'volume-subpath': { kind: 'string', usage: '--volume-subpath: subpath within the entry' },
  'volume-readonly': { kind: 'bool', usage: '--volume-readonly: mount the volume read-only' },
  'volume-chown': { kind: 'string', usage: '--volume-chown: chown option applied at mount time' },
  'volume-options': {
    kind: 'string',
    usage: '--volume-options: comma-separated mount options (e.g. Z, noexec,nosuid)',
  },
};

const mount: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, mountFlags);
  const app = requireApp(call, flags.arg(0));
  const what = flags.arg(1);
  if (what.includes(':')) return mountPath(call, app, what);
  const entry = findEntry(call.host, what);
  if (entry === undefined) {
    fail(
      call,
      `storage entry ${JSON.stringify(what)} does not exist; create it first with \`dokku storage:create\``,
    );
  }
  const containerPath = flags.text('container-dir');
  if (containerPath === '') fail(call, '--container-dir is required when mounting a named storage entry');
  const phases = flags.texts('phase').flatMap((text) => text.split(','));
  const added: SimulatedMount = {
    entryName: entry.name,
    hostPath: entry.hostPath || entry.name,
    containerPath,
    phases: phases.length === 0 ? ['deploy', 'run'] : phases,
    processType: flags.text('process-type') || EVERY_PROCESS,
    subpath: flags.text('volume-subpath'),
    readonly: flags.has('volume-readonly'),
    options: flags.text('volume-options'),
    chown: flags.text('volume-chown'),
  };
  const fault = attachmentFault(added);
  if (fault !== undefined) fail(call, fault);
  const index = app.mounts.findIndex((known) => sameMount(known, added));
  if (index < 0) app.mounts.push(added);
  else app.mounts[index] = added;
  const text =
    index < 0
      ? `Storage entry ${entry.name} mounted at ${containerPath} on ${app.name}`
      : `Storage entry ${entry.name} mount at ${containerPath} on ${app.name} updated`;
  call.out(info(text));
  return 0;
};

/** The old form, `host:container[:options]`: it registers an entry under a name of its own. */
function mountPath(call: Invocation, app: SimulatedApp, text: string): number {
  const added = pathMount(call, text);
  const entry = legacyEntry(added.hostPath, call.host.now());
  if (findEntry(call.host, entry.name) === undefined) saveEntry(call.host, entry);
  const fault = attachmentFault(added);
  if (fault !== undefined) fail(call, fault);
  if (app.mounts.some((known) => sameMount(known, added))) fail(call, 'Mount path already exists.');
  app.mounts.push(added);
  return 0;
}

function pathMount(call: Invocation, text: string): SimulatedMount {
  const fault = mountFault(text);
  if (fault !== undefined) fail(call, fault);
  const parts = parseMount(text);
  if (parts.containerPath === '') fail(call, 'Storage path must be two valid paths divided by colon.');
  return { entryName: legacyEntry(parts.hostPath, 0).name, ...parts };
}

const unmount: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {
    'container-dir': {
      kind: 'string',
      usage: '--container-dir: container path (named-entry form, disambiguates duplicates)',
    },
  });
  const app = requireApp(call, flags.arg(0));
  const what = flags.arg(1);
  const path = what.includes(':') ? pathMount(call, what) : undefined;
  const name = path?.entryName ?? what;
  const containerPath = path?.containerPath ?? flags.text('container-dir');
  const found = app.mounts.filter(
    (known) => known.entryName === name && (containerPath === '' || known.containerPath === containerPath),
  );
  if (found.length === 0) fail(call, notMounted(app, name, containerPath, path !== undefined));
  if (found.length > 1 && containerPath === '') {
    const paths = found.map((known) => known.containerPath).sort();
    fail(
      call,
      `storage entry ${JSON.stringify(name)} is mounted at multiple paths on app ${JSON.stringify(app.name)} (${paths.join(', ')}); pass --container-dir to disambiguate`,
    );
  }
  app.mounts = app.mounts.filter((known) => !found.includes(known));
  return 0;
};

function notMounted(app: SimulatedApp, name: string, containerPath: string, asPath: boolean): string {
  if (asPath) return 'Mount path does not exist.';
  const place = containerPath === '' ? '' : ` at ${JSON.stringify(containerPath)}`;
  return `storage entry ${JSON.stringify(name)} is not mounted${place} on app ${JSON.stringify(app.name)}`;
}

const list: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {
    format: { kind: 'string', usage: '--format: output format (text, json)', initial: 'text' },
  });
  const app = requireApp(call, flags.arg(0));
  const format = flags.text('format');
  if (format !== 'text' && format !== 'json') fail(call, 'Invalid --format value specified');
  const rows = mountsOf(app, 'deploy');
  if (format === 'json') {
    call.out(`${goStructJson(rows.map(row))}\n`);
    return 0;
  }
  if (!call.flags.quiet) call.out(info(`${app.name} volume bind-mounts:`));
  for (const known of rows) {
    call.out(call.flags.quiet ? `${formatMount(known)}\n` : verbose(formatMount(known)));
  }
  return 0;
};

function row(known: SimulatedMount): object {
  return {
    entry_name: known.entryName,
    host_path: known.hostPath,
    container_path: known.containerPath,
    ...(known.readonly === true ? { readonly: true } : {}),
    ...((known.options ?? '') === '' ? {} : { volume_options: known.options }),
  };
}

function appKeys(app: SimulatedApp): ReportKeys {
  const shown = (phase: string): string =>
    mountsOf(app, phase)
      .map((known) => `-v ${formatMount(known)}`)
      .join(' ');
  const keys: Record<string, string> = {
    'storage-build-mounts': shown('build'),
    'storage-deploy-mounts': shown('deploy'),
    'storage-run-mounts': shown('run'),
  };
  for (const [index, known] of app.mounts.entries()) {
    const prefix = `storage-attachment.${index + 1}.`;
    keys[`${prefix}entry-name`] = known.entryName;
    keys[`${prefix}host-path`] = known.hostPath;
    keys[`${prefix}container-path`] = known.containerPath;
    keys[`${prefix}phases`] = phasesOf(known).join(',');
    keys[`${prefix}process-type`] = processOf(known);
    keys[`${prefix}subpath`] = known.subpath ?? '';
    keys[`${prefix}readonly`] = String(known.readonly === true);
    keys[`${prefix}volume-options`] = known.options ?? '';
    keys[`${prefix}volume-chown`] = known.chown ?? '';
  }
  return keys;
}

/** The host's report has another form: every entry with the apps that mount it. */
function showGlobal(call: Invocation): never {
  const format = call.args.indexOf('--format');
  const entries = allEntries(call.host).map((entry) => ({ entry, using: appsUsing(call.host, entry.name) }));
  if (format >= 0 && call.args[format + 1] === 'json') {
    const rows = entries.map(({ entry, using }) => ({ entry: entryFields(entry), mounted_by: using }));
    call.out(`${goStructJson(rows, 2)}\n`);
    throw new Exit(0);
  }
  const heading = entries.length === 0 ? 'No storage entries registered' : 'Storage report (global):';
  if (!call.flags.quiet) call.out(info(heading));
  for (const { entry, using } of entries) {
    const names = using.length === 0 ? '—' : using.join(', ');
    call.out(verbose(`${entry.name}\t${schedulerOf(entry)}\tmounted by: ${names}`));
  }
  throw new Exit(0);
}

/** What apps mount. */
export const storageMounts: Family = {
  commands: {
    'storage:list': list,
    'storage:mount': mount,
    'storage:report': reportHandler({
      type: 'storage',
      legacyPrefix: true,
      app: appKeys,
      global: showGlobal,
      cost: { base: 50, perApp: 1 },
    }),
    'storage:unmount': unmount,
  },
};
