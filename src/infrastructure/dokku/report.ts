import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { cap, sanitize } from '../../domain/sanitize.ts';

/** A report of one app: flag names without `--` and without the plugin's prefix, all values texts as Dokku gives them. */
export type Report = Readonly<Record<string, string>>;

/** Plugins whose report keys carry another word than the plugin's name (plugins/apps and certs of Dokku). */
const prefixes: Readonly<Record<string, string>> = { apps: 'app', certs: 'ssl' };

const objectOfValues = z.record(z.string(), z.unknown());

/**
 * Reads `X:report --format json`: one object a line, in the order of `apps:list`, without the names of the apps. Go
 * plugins give every key twice (`map` and `ports-map`) from 0.38 on, and only the long one before; the answer has the
 * short one. Faults: UNEXPECTED_OUTPUT.
 */
export function parseJsonReports(command: string, stdout: string): readonly Report[] {
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => shortKeys(prefixOf(command), parseJson(command, line, objectOfValues)));
}

/**
 * Reads the text form of `X:report`, in which every app has a heading `=====> APP <plugin> information` (`ssl` for
 * certs), so that no join is needed: app -> report. Keys become `key-words`. Lines that are neither heading nor
 * `Key words: value` are left out (a host's own noise). Faults: UNEXPECTED_OUTPUT when there is text but no heading.
 */
export function parseTextReports(command: string, stdout: string): ReadonlyMap<string, Report> {
  const reports = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of sanitize(stdout).split('\n')) {
    const [, app] = /^=====> (\S+) .*information$/.exec(line) ?? [];
    if (app !== undefined) {
      current = {};
      reports.set(app, current);
      continue;
    }
    const [, words, value] = /^ {7}(\S[^:]*):(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (words !== undefined && current !== undefined) current[keyOf(command, words)] = value ?? '';
  }
  if (reports.size === 0 && stdout.trim() !== '') {
    throw unexpected(command, 'it holds no report heading', stdout);
  }
  return reports;
}

/** Reads `X:report --single-key`: one bare line for each app in the order of `apps:list`, empty where it is unset. */
export function parseColumn(stdout: string): readonly string[] {
  const lines = sanitize(stdout).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.trim());
}

/** Reads a line-wise list (`config:keys`, `--quiet apps:list`): one name a line, headings and empty lines left out. */
export function parseLines(stdout: string): readonly string[] {
  return sanitize(stdout)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:=====>|----->|!)\s/.test(line));
}

/** Values that Dokku separates by blanks, in its order. */
export function words(value: string | undefined): readonly string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Reads JSON of a command and checks its shape, tolerant of what it does not know. Faults: UNEXPECTED_OUTPUT. */
export function parseJson<T>(command: string, stdout: string, shape: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch (cause) {
    throw unexpected(command, 'it is not JSON', stdout, cause);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw unexpected(command, `it has another shape${where}: ${issue?.message ?? ''}`, stdout, parsed.error);
}

/** The failure for an answer that cannot be understood; the excerpt is cleaned and short. */
export function unexpected(command: string, reason: string, stdout: string, cause?: unknown): DomainError {
  const excerpt = cap(sanitize(stdout).trim(), 200) || '(nothing)';
  return new DomainError(
    'UNEXPECTED_OUTPUT',
    { command, reason, excerpt },
    cause === undefined ? {} : { cause },
  );
}

function prefixOf(command: string): string {
  const [plugin = ''] = command.split(':');
  return `${prefixes[plugin] ?? plugin}-`;
}

function keyOf(command: string, text: string): string {
  const key = text.trim().toLowerCase().replaceAll(' ', '-');
  return removePrefix(key, prefixOf(command));
}

function removePrefix(key: string, prefix: string): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

/** `proxy-port` is the short form of `proxy-proxy-port`, not a long form: a key whose long form is there stays. */
function shortKeys(prefix: string, values: Readonly<Record<string, unknown>>): Report {
  const report: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    const short = `${prefix}${key}` in values ? key : removePrefix(key, prefix);
    report[short] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return report;
}
