import type { z } from 'zod';
import { ArchiveUrl, GitRef, GitUrl, ImageRef } from '../../../domain/application/source.ts';
import { reasonAgainstNetwork } from '../../../domain/infrastructure/addresses.ts';
import { AppName, BuildId, DomainName, EnvKey, PortMapping } from '../../../domain/names.ts';

/** Says what is wrong with a value, or nothing when it may be sent. */
type Check = (value: string) => string | undefined;

function schema(type: z.ZodType): Check {
  return (value) => {
    const parsed = type.safeParse(value);
    return parsed.success ? undefined : parsed.error.issues[0]?.message;
  };
}

function shape(pattern: RegExp, reason: string): Check {
  return (value) => (pattern.test(value) ? undefined : reason);
}

const appName = schema(AppName);
const dockerName = shape(
  /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  'a name begins with a letter or digit and holds only letters, digits and . _ -',
);

const checks: ReadonlyMap<string, Check> = new Map([
  ['app', appName],
  ['old-app', appName],
  ['new-app', appName],
  ['allowed-address', reasonAgainstNetwork],
  ['archive-url', schema(ArchiveUrl)],
  ['build', (value) => (value === 'current' ? undefined : schema(BuildId)(value))],
  ['container', dockerName],
  ['dest-domain', schema(DomainName)],
  ['domain', schema(DomainName)],
  [
    'entry',
    shape(
      /^[a-z0-9](?:[a-z0-9-]{0,43}[a-z0-9])?$/,
      'an entry is at most 45 lower case letters, digits and hyphens, with no hyphen at either end',
    ),
  ],
  ['git-ref', schema(GitRef)],
  ['image', schema(ImageRef)],
  ['key', schema(EnvKey)],
  [
    'key=value',
    (value) => (value.includes('=') ? schema(EnvKey)(value.split('=', 1)[0] ?? '') : 'it is like KEY=value'),
  ],
  ['network', dockerName],
  ['number', shape(/^(?:-1|\d{1,9})$/, 'it is a whole number')],
  [
    'port',
    (value) =>
      /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535 ? undefined : schema(PortMapping)(value),
  ],
  ['process', shape(/^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.\d{1,4})?$/, 'a process is like web or web.1')],
  [
    'process=count',
    shape(/^[A-Za-z0-9][A-Za-z0-9_-]*=\d{1,4}$/, 'it is like web=2; a count is never negative'),
  ],
  ['repository', schema(GitUrl)],
  ['source-domain', schema(DomainName)],
  ['user', shape(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/, 'a user name holds only letters, digits and . _ @ -')],
]);

/** Values that may be empty, which clears what was set. */
const clearable: ReadonlySet<string> = new Set(['value']);

/** Checks a value by its name in the synopsis. Nothing may look like a flag, whatever it is called. */
export function reasonAgainst(name: string, value: string): string | undefined {
  if (value === '' && !clearable.has(name)) return 'it is empty';
  const check = checks.get(name);
  if (check !== undefined) return check(value);
  return value.startsWith('-') ? 'it begins with a hyphen, so Dokku would take it for a flag' : undefined;
}
