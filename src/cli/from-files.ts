import { readFileSync } from 'node:fs';
import { ValidationError } from '../domain/errors.ts';

/** Arguments that stand in files, as `field=path` says; `-` is standard input. Faults: INVALID_ARGUMENT naming the file. */
export function fromFiles(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, field, path] = /^([a-z][a-z0-9_]*)=(.+)$/s.exec(pair) ?? [];
      if (field === undefined || path === undefined) {
        throw new ValidationError('--file', 'is like document=shop.yaml: the argument and its file');
      }
      return [field, read(path)];
    }),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ValidationError('--file', `${path} cannot be read (${reason})`);
  }
}
