import { sanitize } from '../../domain/sanitize.ts';
import type { Service, ServiceKey } from '../../domain/service/service.ts';
import { parseLines, unexpected } from './report.ts';

/** The names of `--quiet X:list`: one a line, nothing when there is none (Dokku says so on standard error). */
export function parseServiceNames(stdout: string): readonly string[] {
  return parseLines(stdout).filter((line) => !/^=+>/.test(line));
}

const networkKeys = ['initial network', 'post create network', 'post start network'];

/**
 * The facts of `X:info S`, which has no JSON: fixed keys in columns (`%-20s %-25s`), `-` for none. Faults:
 * UNEXPECTED_OUTPUT, which never repeats the answer, for it holds the password.
 */
export function parseServiceInfo(key: ServiceKey, stdout: string): Service {
  const values = new Map<string, string>();
  for (const line of sanitize(stdout).split('\n')) {
    const [, name, value = ''] = /^\s{2,}([A-Z][a-z ]*?):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && !values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
  }
  const of = (name: string): string => values.get(name) ?? '';
  const status = of('status');
  if (status === '') {
    const hidden = '(not shown: it may hold a password)';
    throw unexpected(`${key.type}:info`, 'it does not say how the service stands', hidden);
  }
  const list = (name: string): readonly string[] =>
    of(name)
      .split(/\s+/)
      .filter((word) => word !== '' && word !== '-');
  const networks = networkKeys.flatMap((name) => {
    const value = of(name);
    return value === '' || value === '-' ? [] : [[name.replaceAll(' ', '-'), value] as const];
  });
  return {
    type: key.type,
    name: key.name,
    status,
    hadContainer: of('id') !== '',
    links: list('links'),
    exposed: list('exposed ports'),
    configDir: of('config dir'),
    dataDir: of('data dir'),
    configOptions: of('config options'),
    networks: Object.fromEntries(networks),
    dsn: of('dsn'),
    ...(of('version') === '' ? {} : { version: of('version') }),
    ...(of('internal ip') === '' ? {} : { internalIp: of('internal ip') }),
  };
}

/** Addresses with a password in whatever a plugin printed. */
export function dsnsIn(text: string): readonly string[] {
  return [...text.matchAll(/[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/"']{0,256}:[^\s@/"']{1,1024}@[^\s"']+/gi)].map(
    ([found]) => found,
  );
}
