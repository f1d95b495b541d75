import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import type { SimulatedApp, SimulatedBuild } from '../state.ts';
import { displayStatus } from './builds.ts';

/** RFC 3339 without fractions. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const nanoseconds = (at: number): string => new Date(at).toISOString().replace('Z', '000000Z');

/** Go's text of a duration that was rounded to seconds: `1m12s`. */
export function shownDuration(call: Invocation, build: SimulatedBuild): string {
  const total = Math.max(0, Math.round(((build.finishedAt ?? call.host.now()) - build.startedAt) / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const text = total < 60 ? '' : `${minutes}m`;
  return `${hours > 0 ? `${hours}h` : ''}${text}${total % 60}s`;
}

/** A record as builds:list and builds:info give it in JSON. */
export function view(call: Invocation, app: SimulatedApp, build: SimulatedBuild): Record<string, unknown> {
  return {
    id: build.id,
    app: app.name,
    kind: build.kind,
    pid: build.pid,
    started_at: nanoseconds(build.startedAt),
    ...(build.finishedAt === undefined ? {} : { finished_at: nanoseconds(build.finishedAt) }),
    status: build.status,
    source: build.source,
    ...(build.exitCode === undefined ? {} : { exit_code: build.exitCode }),
    display_status: displayStatus(build),
    duration: shownDuration(call, build),
    log_path: logPath(app, build),
  };
}

/** Where the host keeps the build's log. */
export const logPath = (app: SimulatedApp, build: SimulatedBuild): string =>
  `/var/lib/dokku/data/builds/${app.name}/${build.id}.log`;

/** Columns as wide as their widest cell, two blanks between them (columnize.SimpleFormat). */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** The value of --format, or the end of the command when it is none that builds:list and builds:info know. */
export function checkedFormat(call: Invocation, format: string): string {
  if (format === '' || format === 'stdout' || format === 'json') return format;
  fail(call, 'Invalid format specified, supported formats: json, stdout');
}
