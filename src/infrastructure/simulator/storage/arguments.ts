import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import type { ParsedFlags } from '../pflag.ts';
import type { SimulatedStorageEntry } from '../state.ts';
import { directoryMode, findEntry } from './entries.ts';

/** The properties of storage:set, as its refusal lists them. */
export const entryProperties = [
  'access-mode',
  'chown',
  'mode',
  'namespace',
  'reclaim-policy',
  'size',
  'storage-class-name',
];

/** The entry, or the end of the command. */
export function requireEntry(call: Invocation, name: string): SimulatedStorageEntry {
  const entry = findEntry(call.host, name);
  return entry ?? fail(call, `storage entry ${JSON.stringify(name)} does not exist`);
}

/** The `key=value` pairs of a flag that can stand several times. */
export function pairs(call: Invocation, flags: ParsedFlags, name: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of flags.texts(name).flatMap((text) => text.split(','))) {
    const equals = pair.indexOf('=');
    if (equals <= 0) fail(call, `expected key=value, got ${JSON.stringify(pair)}`);
    found.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return found;
}

/** The mode in its four digits, or the end of the command. */
export function requireMode(call: Invocation, text: string): string {
  const mode = directoryMode(text);
  if (mode !== undefined) return mode;
  return fail(
    call,
    `Unsupported directory mode ${JSON.stringify(text)}. Value must be a 3 or 4 digit octal mode, such as 0755`,
  );
}

/** Ends the command when there is a fault. */
export function refuse(call: Invocation, fault: string | undefined): void {
  if (fault !== undefined) fail(call, fault);
}
