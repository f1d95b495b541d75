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

/** All acts, oldest first; system records are none. An id that was used again makes another act. */
export async function readActs(folder: string): Promise<Act[]> {
  const acts: Act[] = [];
  const open = new Map<string, number>();
  for await (const { record } of auditLines(folder)) {
    const { id, phase } = record;
    if (id === undefined || phase === 'system') continue;
    const begun = phase === 'outcome' ? open.get(id) : undefined;
    const act = begun === undefined ? undefined : acts[begun];
    if (begun === undefined || act === undefined) {
      if (phase === 'intent') open.set(id, acts.length);
      acts.push({ id, first: record, ...(phase === 'outcome' ? { outcome: record } : {}) });
    } else {
      acts[begun] = { ...act, outcome: record };
      open.delete(id);
    }
  }
  return acts;
}

/** Records newest first, file by file: what is younger is read first, and no more than is asked for. */
async function* recordsBackwards(folder: string): AsyncGenerator<AuditRecord> {
  for (const segment of (await listSegments(folder)).reverse()) {
    const lines = (await readSegment(folder, segment)).toString('utf8').split('\n');
    for (let at = lines.length - 1; at >= 0; at -= 1) {
      const record = parseLine(lines[at] ?? '');
      if (record !== undefined) yield record;
    }
  }
}

/** The acts, newest first; reads only as many files as it takes. */
export async function* actsBackwards(folder: string): AsyncGenerator<Act> {
  const outcomes = new Map<string, AuditRecord>();
  for await (const record of recordsBackwards(folder)) {
    const { id, phase } = record;
    if (id === undefined || phase === 'system') continue;
    if (phase === 'outcome') {
      outcomes.set(id, record);
      continue;
    }
    const outcome = phase === 'intent' ? outcomes.get(id) : undefined;
    outcomes.delete(id);
    yield { id, first: record, ...(outcome === undefined ? {} : { outcome }) };
  }
  // Their intents were put away with older files.
  for (const [id, outcome] of outcomes) yield { id, first: outcome, outcome };
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

/** Then so is every act that comes after it; the clocks of several machines may differ by so much. */
const SKEW_MS = 3_600_000;

/** True when the act, and with it all older ones, began before what is asked for. */
export function isOlder({ first }: Act, { since }: ActFilter): boolean {
  return since !== undefined && Date.parse(first.at) < since - SKEW_MS;
}
