import { byBytes, goJson } from '../access.ts';
import { writeEnvFile } from './env-file.ts';

type Variables = ReadonlyMap<string, string>;
type Row = readonly [string, string];

const sorted = (variables: Variables): Row[] => [...variables].sort(([a], [b]) => byBytes(a, b));

const singleQuoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

function assignments(variables: Variables, prefix: string, separator: string): string {
  return sorted(variables)
    .map(([key, value]) => `${prefix}${key}=${singleQuoted(value)}`)
    .join(separator);
}

/** Dokku's columns of names and values (github.com/ryanuber/columnize): every value loses its outer blanks. */
export function pretty(variables: Variables, indent = ''): string {
  const width = Math.max(0, ...[...variables.keys()].map((key) => key.length + 1));
  return sorted(variables)
    .map(([key, value]) => `${indent}${`${key}:`.padEnd(width)}  ${value.trim()}`)
    .join('\n');
}

/** What `config:export --format` knows (plugins/config/environment.go), without what is printed after it. */
export const exportFormats: Readonly<Record<string, (variables: Variables) => string>> = {
  'docker-args': (variables) => assignments(variables, '--env=', ' '),
  'docker-args-keys': (variables) =>
    sorted(variables)
      .map(([key]) => `--env=${key}`)
      .join(' '),
  envfile: writeEnvFile,
  exports: (variables) => assignments(variables, 'export ', '\n'),
  json: (variables) => goJson(Object.fromEntries(variables)),
  'json-list': (variables) =>
    variables.size === 0 ? 'null' : goJson(sorted(variables).map(([name, value]) => ({ name, value }))),
  'pack-keys': (variables) =>
    sorted(variables)
      .map(([key]) => `--env ${key}`)
      .join(' '),
  pretty: (variables) => pretty(variables),
  shell: (variables) => assignments(variables, '', ' '),
};

/** The value as `config:get --quoted` prints it. */
export const quoted = singleQuoted;
