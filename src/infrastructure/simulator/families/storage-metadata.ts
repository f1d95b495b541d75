import { byBytes, goJson } from '../access.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, title, verbose } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import type { SimulatedStorageEntry } from '../state.ts';
import { allEntries, findEntry } from '../storage/entries.ts';

interface Field {
  readonly name: 'annotations' | 'labels';
  readonly singular: string;
  readonly label: string;
}

const fields: readonly Field[] = [
  { name: 'annotations', singular: 'annotation', label: 'Annotation' },
  { name: 'labels', singular: 'label', label: 'Label' },
];

function requireEntry(call: Invocation, name: string): SimulatedStorageEntry {
  const entry = findEntry(call.host, name);
  return entry ?? fail(call, `storage entry ${JSON.stringify(name)} does not exist`);
}

function setting({ name, singular }: Field): Handler {
  return async (call) => {
    await call.sleep(46);
    const flags = parseFlags(call, {});
    const [key, value] = [flags.arg(1), flags.arg(2)];
    if (flags.arg(0) === '') fail(call, 'storage entry name is required');
    if (key === '') fail(call, `No ${singular} key specified`);
    const entry = requireEntry(call, flags.arg(0));
    const values = new Map(entry[name]);
    const text = value === '' ? `Unsetting ${singular} ${key}` : `Setting ${singular} ${key} to ${value}`;
    if (!call.flags.quiet) call.out(title(text));
    if (value === '') values.delete(key);
    else values.set(key, value);
    entry[name] = values;
    return 0;
  };
}

function reporting(field: Field): Handler {
  return async (call) => {
    await call.sleep(46);
    const keys = call.args.filter(
      (word) => word.startsWith('--') && word !== '--format' && word !== '--global',
    );
    if (keys.length > 1) fail(call, 'storage:report command allows only a single flag');
    const rest = call.args.filter((word) => !keys.includes(word) && word !== '--global');
    const flags = parseFlags(
      call,
      { format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' } },
      rest,
    );
    const format = flags.text('format');
    const key = keys[0] ?? '';
    if (!['stdout', 'text', 'json'].includes(format)) fail(call, `Invalid format: ${format}`);
    if (format === 'json' && key !== '') {
      fail(call, '--format flag cannot be specified when specifying an info flag');
    }
    if (flags.arg(0) !== '') {
      show(call, field, requireEntry(call, flags.arg(0)), format, key);
      return 0;
    }
    if (key !== '') {
      fail(call, `storage:${field.name}:report requires a storage entry name when an info flag is specified`);
    }
    const entries = allEntries(call.host);
    if (entries.length === 0 && !call.flags.quiet) call.out(info('No storage entries registered'));
    for (const entry of entries) show(call, field, entry, format, '');
    return 0;
  };
}

/** Keys stand as they are, unlike those of other reports (renderEntryMap of plugins/storage/commands_metadata.go). */
function show(
  call: Invocation,
  field: Field,
  entry: SimulatedStorageEntry,
  format: string,
  key: string,
): void {
  const values = [...(entry[field.name] ?? [])].sort(([a], [b]) => byBytes(a, b));
  const prefix = `--storage-${field.name}.`;
  if (key !== '') {
    const found = values.find(([name]) => `${prefix}${name}` === key);
    if (found === undefined) {
      const valid = values.map(([name]) => `${prefix}${name}`);
      fail(call, `Invalid flag passed, valid flags: ${valid.join(', ')}`);
    }
    call.out(`${found[1]}\n`);
    return;
  }
  if (format === 'json') {
    call.out(`${goJson(Object.fromEntries(values))}\n`);
    return;
  }
  if (!call.flags.quiet) call.out(title(`${entry.name} ${field.name} information`));
  const labels = values.map(([name]) => `${field.label} ${name}:`);
  const width = Math.max(31, ...labels.map((label) => label.length));
  for (const [index, [, value]] of values.entries()) {
    call.out(verbose(`${(labels[index] ?? '').padEnd(width)}${value}`));
  }
}

/** The annotations and labels of storage entries. */
export const storageMetadata: Family = {
  commands: Object.fromEntries(
    fields.flatMap((field) => [
      [`storage:${field.name}:report`, reporting(field)],
      [`storage:${field.name}:set`, setting(field)],
    ]),
  ),
};
