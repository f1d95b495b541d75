import { checkKey, checkValue } from '../../domain/application/config.ts';
import type { AppDescription, Variable } from '../../domain/application/description.ts';
import type { Difference } from '../../domain/application/drift.ts';
import { ValidationError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';

/** How the variables of an app lead to those described. */
export interface VariableChanges {
  readonly differences: readonly Difference[];
  /** Values to write. */
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** Described by a fingerprint alone, and the app has no such value: nobody here knows it. */
  readonly unknown: readonly string[];
}

type Reader = Pick<Context, 'references' | 'fingerprint'>;

/**
 * Compares the described variables with those of the app; values are compared, fingerprints are shown. A generated value
 * is made once, where there is none. Faults: INVALID_ARGUMENT for a reference that cannot be read and a value that
 * Dokku cannot keep, POLICY_DENIED for a variable that is not the app's.
 */
export async function variableChanges(
  wanted: AppDescription['config'],
  found: ReadonlyMap<string, string>,
  { references, fingerprint }: Reader,
): Promise<VariableChanges> {
  const differences: Difference[] = [];
  const set: Record<string, string> = {};
  const unknown: string[] = [];
  if (wanted === undefined) return { differences, set, unset: [], unknown };
  const shown = (value: string): string => `value ${fingerprint(value)}`;
  for (const [key, variable] of Object.entries(wanted)) {
    checkKey(key);
    const present = found.get(key);
    const there = present === undefined ? {} : { found: shown(present) };
    if (isMark(variable)) {
      if (present !== undefined && fingerprint(present) === variable.fingerprint) continue;
      unknown.push(key);
      differences.push({ part: 'config', item: key, wanted: `value ${variable.fingerprint}`, ...there });
      continue;
    }
    const generated = typeof variable !== 'string' && 'generate' in variable;
    if (generated && present !== undefined) continue;
    const value = await read(variable, references);
    checkValue(key, value);
    if (value === present) continue;
    set[key] = value;
    const wantedText = generated ? 'a generated value' : shown(value);
    differences.push({ part: 'config', item: key, wanted: wantedText, ...there });
  }
  const unset = [...found.keys()].filter((key) => !Object.hasOwn(wanted, key));
  for (const key of unset)
    differences.push({ part: 'config', item: key, found: shown(found.get(key) ?? '') });
  return { differences, set, unset, unknown };
}

/** Faults: INVALID_ARGUMENT for a variable whose value is not known here. */
export function refuseUnknown({ unknown }: VariableChanges): void {
  const [key] = unknown;
  if (key === undefined) return;
  throw new ValidationError(
    `document.config.${key}`,
    `only its fingerprint is given, and the app has ${unknown.length > 1 ? `no such value (as for ${unknown.slice(1).join(', ')})` : 'no such value'}`,
    { wayOut: 'Give it as {env: NAME}, {file: PATH}, {generate: LENGTH} or text, or take it out.' },
  );
}

function isMark(variable: Variable): variable is { fingerprint: string } {
  return typeof variable !== 'string' && 'fingerprint' in variable;
}

async function read(
  variable: Exclude<Variable, { fingerprint: string }>,
  references: Context['references'],
): Promise<string> {
  if (typeof variable === 'string') return variable;
  if ('env' in variable) return references.env(variable.env);
  return 'file' in variable ? await references.file(variable.file) : references.generate(variable.generate);
}
