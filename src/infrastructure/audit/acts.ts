import { type AuditRecord, parseLine } from './record.ts';
import { listSegments, readSegment } from './segments.ts';

/** One act as a person looks it up: an intent with its outcome, or a single record of what changed nothing. */
export interface Act {
  readonly id: string;
  readonly first: AuditRecord;
  readonly outcome?: AuditRecord;
}

/** All records of the log, oldest first, each with its line byte for byte. */
export async function* auditLines(
  folder: string,
): AsyncGenerator<{ readonly line: string; readonly record: AuditRecord }> {
  for (const segment of await listSegments(folder)) {
    for (const line of (await readSegment(folder, segment)).toString('utf8').split('\n')) {
      const record = parseLine(line);
      if (record !== undefined) yield { line, record };
    }
  }
}

/** All acts, oldest first; system records are none. */
export async function readActs(folder: string): Promise<Act[]> {
  const acts = new Map<string, Act>();
  for await (const { record } of auditLines(folder)) {
    if (record.id === undefined || record.phase === 'system') continue;
    const known = acts.get(record.id);
    if (record.phase !== 'outcome') acts.set(record.id, { id: record.id, first: record });
    else if (known === undefined) acts.set(record.id, { id: record.id, first: record, outcome: record });
    else if (known.outcome === undefined) acts.set(record.id, { ...known, outcome: record });
  }
  return [...acts.values()];
}

/** How it came out: the outcome's result, `open` without one, `asked` where consent was not given yet, else the phase. */
export function resultOf({ first, outcome }: Act): string {
  if (outcome !== undefined) return outcome.result ?? 'unknown';
  if (first.phase === 'intent') return 'open';
  return first.code === 'CONFIRMATION_REQUIRED' ? 'asked' : first.phase;
}

export interface ActFilter {
  readonly app?: string;
  readonly host?: string;
  readonly result?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

export function matches(act: Act, { app, host, result, since }: ActFilter): boolean {
  const { first } = act;
  return (
    (app === undefined || first.app === app) &&
    (host === undefined || first.host === host) &&
    (result === undefined || resultOf(act) === result) &&
    (since === undefined || Date.parse(first.at) >= since)
  );
}
