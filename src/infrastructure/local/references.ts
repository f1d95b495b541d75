import { createHmac, randomInt } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { References } from '../../application/context.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { installKey } from './install-key.ts';

/** No variable can hold more, so nothing larger is read. */
const LARGEST_FILE = 1_000_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface ReferenceRules {
  /** Names that may be read; `*` stands for any text. */
  readonly env: readonly string[];
  /** Directories whose files may be read, symbolic links resolved. */
  readonly dirs: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Values that come from the machine of the server. Only what the configuration names can be read: otherwise a model
 * could carry any file of its user into an app. Faults: POLICY_DENIED, INVALID_ARGUMENT.
 */
export function createReferences({ env, dirs, environment }: ReferenceRules): References {
  return {
    env(name) {
      if (!env.some((pattern) => matches(pattern, name))) {
        throw new DomainError('POLICY_DENIED', {
          what: `The environment variable ${name}`,
          rule: `security.secret_env allows ${env.join(', ') || 'none'}`,
        });
      }
      const value = environment[name];
      if (value === undefined)
        throw new ValidationError('values', `the environment of this server has no variable ${name}`);
      return value;
    },
    async file(path) {
      const real = await realpath(resolve(path)).catch(() => undefined);
      const roots = await Promise.all(dirs.map((dir) => realpath(dir).catch(() => resolve(dir))));
      if (real === undefined || !roots.some((root) => real.startsWith(root + sep))) {
        throw new DomainError('POLICY_DENIED', {
          what: `The file ${path}`,
          rule: `it has to exist in a directory of security.secret_dirs (${dirs.join(', ') || 'none configured'})`,
        });
      }
      return await readText(real, path);
    },
    generate(length) {
      return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    },
  };
}

/** The text of a file without its last line end. */
async function readText(real: string, path: string): Promise<string> {
  const refuse = (reason: string) => new ValidationError('values', `the file ${path} ${reason}`);
  const found = await stat(real);
  if (!found.isFile()) throw refuse('is not a plain file');
  if (found.size > LARGEST_FILE) throw refuse(`is larger than ${LARGEST_FILE} bytes`);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(await readFile(real)).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof TypeError) throw refuse('is not text (UTF-8); encode it, for example as base64');
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Keyed hashes of values, short enough to compare by eye: equal values have equal fingerprints on this installation,
 * and without its key (a private file in the state directory, made when first needed) they tell nothing.
 */
export function fingerprints(stateDir: string): (value: string) => string {
  let key: Buffer | undefined;
  return (value) => {
    key ??= installKey(stateDir);
    return createHmac('sha256', key).update(value).digest('hex').slice(0, 8);
  };
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
