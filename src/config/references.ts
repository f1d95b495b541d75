import { readFileSync } from 'node:fs';
import { ValidationError } from '../domain/errors.ts';

/** A configuration with its references read, and what they gave. */
export interface Resolved {
  readonly value: unknown;
  /** What was read from the environment and from files: treated as secret. */
  readonly secrets: readonly string[];
  /** For each setting with a reference: where its value comes from, never the value. */
  readonly origin: Readonly<Record<string, string>>;
}

export interface Place {
  /** The file that the values stand in. */
  readonly file?: string;
  /** True for a setting that holds names. */
  readonly names?: (setting: string) => boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{([^}]*)\}/g;
const LARGEST_FILE = 1_000_000;

/**
 * Puts the values of `${env:NAME}` and `${file:/path}` into every string of a configuration; `$${` stands for `${`.
 * A file gives its text without the last line break. What a policy refers to are names, and no secrets: masked, an app
 * could not be told any more. Faults: INVALID_ARGUMENT naming the setting and the file that it stands in.
 */
export function resolveReferences(
  value: unknown,
  env: Environment,
  expand: (path: string) => string,
  { file, names = (setting) => setting.startsWith('security.policy.') }: Place = {},
): Resolved {
  const secrets: string[] = [];
  const where = file === undefined ? '' : ` in ${file}`;
  const origin: Record<string, string> = {};
  const text = (given: string, path: readonly string[]): string => {
    const setting = path.join('.');
    const sources: string[] = [];
    const read = given.replaceAll('$${', '\0').replace(reference, (whole, inner: string) => {
      const [, kind, what = ''] = /^(env|file):(.+)$/.exec(inner) ?? [];
      if (kind === undefined) {
        throw new ValidationError(setting, `${whole} is no reference`, {
          wayOut: `Write \${env:NAME} or \${file:/path}, or $${whole} for the text itself${where}.`,
        });
      }
      sources.push(`${kind}:${what}`);
      const found =
        kind === 'env'
          ? fromEnvironment(what, env, setting, where)
          : fromFile(what, expand(what), setting, where);
      if (!names(setting)) secrets.push(found);
      return found;
    });
    if (sources.length > 0) origin[setting] = sources.join(', ');
    return read.replaceAll('\0', '${');
  };
  const walk = (node: unknown, path: readonly string[]): unknown => {
    if (typeof node === 'string') return node.includes('${') ? text(node, path) : node;
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, String(index)]));
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(value, []), secrets, origin };
}

function fromEnvironment(name: string, env: Environment, setting: string, where: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ValidationError(setting, `the environment has no variable ${name}`, {
    wayOut: `Set ${name} where this server is started, or correct ${setting}${where}.`,
  });
}

function fromFile(given: string, path: string, setting: string, where: string): string {
  const refuse = (reason: string): ValidationError =>
    new ValidationError(setting, `the file ${given} ${reason}`, {
      wayOut: `Correct ${setting}${where}, or that file.`,
    });
  if (!path.startsWith('/')) throw refuse('is not named by its whole path');
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw refuse(`cannot be read (${code})`);
  }
  if (bytes.length > LARGEST_FILE) throw refuse(`is larger than ${LARGEST_FILE} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    throw refuse('is not text (UTF-8)');
  }
}
