import type { z } from 'zod';
import { ArchiveUrl, GitRef, GitUrl, ImageRef } from '../../../domain/application/source.ts';
import { reasonAgainstNetwork } from '../../../domain/infrastructure/addresses.ts';
import { AppName, BuildId, DomainName, EnvKey, PortMapping, ServiceName } from '../../../domain/names.ts';
import { reasonAgainstSchedule } from '../../../domain/service/schedule.ts';

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
  [
    'address-port',
    shape(/^(?:(?:\d{1,3}\.){3}\d{1,3}:)?[1-9]\d{0,4}$/, 'it is a port, or address:port like 127.0.0.1:5432'),
  ],
  ['alias', schema(EnvKey)],
  ['archive-url', schema(ArchiveUrl)],
  [
    'bucket',
    shape(
      /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
      'a bucket is letters, digits and . _ - with a path behind slashes',
    ),
  ],
  ['build', (value) => (value === 'current' ? undefined : schema(BuildId)(value))],
  ['container', dockerName],
  ['dest-domain', schema(DomainName)],
  [
    'custom-env',
    shape(
      /^[A-Za-z_][A-Za-z0-9_]*=[^;\n]*(?:;[A-Za-z_][A-Za-z0-9_]*=[^;\n]*)*$/,
      'it is like USER=alpha;HOST=beta',
    ),
  ],
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
  [
    'image-version',
    shape(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'a version is a tag of the image, like 18.4'),
  ],
  ['key', schema(EnvKey)],
  [
    'key=value',
    (value) => (value.includes('=') ? schema(EnvKey)(value.split('=', 1)[0] ?? '') : 'it is like KEY=value'),
  ],
  ['network', dockerName],
  ['networks', shape(/^$|^[A-Za-z0-9][A-Za-z0-9_.,-]*$/, 'networks are names with commas between them')],
  ['new-service', schema(ServiceName)],
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
  ['querystring', shape(/^[A-Za-z0-9_.~%=&+-]+$/, 'it is like pool=5&timeout=3')],
  ['repository', schema(GitUrl)],
  ['source-domain', schema(DomainName)],
  ['user', shape(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/, 'a user name holds only letters, digits and . _ @ -')],
  ['schedule', reasonAgainstSchedule],
  ['server-options', shape(/^[^\n\0]+$/, 'options of the server, like --maxmemory 64mb')],
  ['service', schema(ServiceName)],
  ['size', shape(/^\d{1,9}[A-Za-z]{0,2}$/, 'a size is like 64mb or 2Gi')],
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
