import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  AuditIntent,
  AuditLog,
  AuditNote,
  AuditOutcome,
  Clock,
  OpenIntent,
} from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { cap } from '../../domain/sanitize.ts';
import { ownIdentity, stateOf } from '../state/process-identity.ts';
import { type Counted, Flood } from './flood.ts';
import { Journal, type Rotation } from './journal.ts';
import { type AuditRecord, type Body, parseLine } from './record.ts';
import { listSegments, readSegment } from './segments.ts';
import { Tail } from './tail.ts';

const FLUSH_MS = 60_000;
/** What was found may be a whole answer; the record says what it was about. */
const LONGEST = 2_000;

export interface AuditOptions {
  /** The state directory; the log stands in its folder `audit`. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly rotation: Rotation;
  /** Takes known secrets of a host out of what a record tells. */
  readonly mask: <T>(host: string, value: T) => T;
}

/** Where the audit of a state directory is kept. */
export function auditFolder(stateDir: string): string {
  return join(stateDir, 'audit');
}

/**
 * The audit as a hash-chained JSONL log ({@link Journal}). Intent and outcome are on disk before the promise resolves; a
 * write that fails rejects, so that no change is sent without its intent. Every intent gets exactly one outcome.
 */
export class JsonlAuditLog implements AuditLog {
  readonly #options: AuditOptions;
  readonly #journal: Journal;
  readonly #flood = new Flood();
  #flush: NodeJS.Timeout | undefined;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#journal = new Journal(auditFolder(options.stateDir), options.clock, options.rotation);
  }

  async intent(entry: AuditIntent): Promise<string> {
    const { id = randomUUID() } = entry;
    const writer = await ownIdentity();
    const { commands, postcondition } = this.#options.mask(entry.host, entry);
    const told = { commands: [...commands], ...(postcondition === undefined ? {} : { postcondition }) };
    const body: Body = { phase: 'intent', ...entry, id, ...told, writer };
    await this.#journal.append((open) => {
      if (!open.has(id)) return { bodies: [body] };
      const wayOut = `dokku-mcp audit show ${id} tells what is on record.`;
      return {
        bodies: [],
        fault: new DomainError('CONFLICT', { reason: `The act ${id} is under way.`, wayOut }),
      };
    }, true);
    return id;
  }

  async outcome(id: string, { durationMs, ...outcome }: AuditOutcome): Promise<void> {
    await this.#journal.append((open) => {
      const intent = open.get(id);
      const told = short(this.#options.mask(intent?.host ?? '', outcome));
      const body = { id, ...about(intent), ...told, duration_ms: Math.round(durationMs) };
      if (intent !== undefined) return { bodies: [{ phase: 'outcome', ...body }] };
      const fault = new DomainError('CONFLICT', {
        reason: `The act ${id} is not open: its outcome is on record already, or it was never begun.`,
        wayOut: `dokku-mcp audit show ${id} tells what is on record.`,
      });
      return { bodies: [{ phase: 'system', event: 'second-outcome', ...body }], fault };
    }, true);
  }

  async note(act: AuditNote): Promise<void> {
    if (act.phase === 'revealed' || act.phase === 'used') return await this.#write([{ note: act, count: 1 }]);
    const { over, alone } = this.#flood.take(act, this.#options.clock.now());
    if (!alone) this.#flushLater();
    const due = alone ? [...over, { note: act, count: 1 }] : over;
    if (due.length > 0) await this.#write(due);
  }

  async openIntents(): Promise<readonly OpenIntent[]> {
    const folder = auditFolder(this.#options.stateDir);
    const tail = new Tail();
    // The newest segment begins with what was open before it, unless its maker was cut off before that.
    for (const segment of (await listSegments(folder)).reverse()) {
      tail.take(await readSegment(folder, segment));
      if (tail.begun !== undefined) break;
    }
    return await Promise.all([...tail.open.values()].map(openIntent));
  }

  async stateOf(id: string): Promise<'none' | 'open' | 'closed'> {
    const folder = auditFolder(this.#options.stateDir);
    for (const segment of (await listSegments(folder)).reverse()) {
      const last = (await readSegment(folder, segment))
        .toString('utf8')
        .split('\n')
        .filter((line) => line.includes(id))
        .map(parseLine)
        .findLast((record) => record?.id === id && record.phase !== 'system');
      if (last !== undefined) return last.phase === 'intent' ? 'open' : 'closed';
    }
    return 'none';
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    clearTimeout(this.#flush);
    const counted = this.#flood.flush();
    // A refusal was a refusal, also where it could not be counted.
    if (counted.length > 0) await this.#write(counted).catch(() => undefined);
    await this.#journal.close();
  }

  async #write(counted: readonly Counted[]): Promise<void> {
    const bodies = counted.map(({ note, count }): Body => {
      const { reason } = this.#options.mask(note.host, note);
      const told = reason === undefined ? note : short({ ...note, reason });
      return { ...told, id: randomUUID(), ...(count === 1 ? {} : { count }) };
    });
    await this.#journal.append(() => ({ bodies }), false);
  }

  #flushLater(): void {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      this.#write(this.#flood.flush()).catch(() => undefined);
    }, FLUSH_MS).unref();
  }
}

/** An outcome names its app too, so that a line says something by itself. */
function about({ host, app, operation }: Partial<AuditRecord> = {}): Partial<Body> {
  return {
    ...(host === undefined ? {} : { host }),
    ...(app === undefined ? {} : { app }),
    ...(operation === undefined ? {} : { operation }),
  };
}

function short<T extends { readonly found?: string; readonly reason?: string }>(body: T): T {
  return {
    ...body,
    ...(body.found === undefined ? {} : { found: cap(body.found, LONGEST) }),
    ...(body.reason === undefined ? {} : { reason: cap(body.reason, LONGEST) }),
  };
}

async function openIntent(record: Partial<AuditRecord>): Promise<OpenIntent> {
  const { id = '', at = '', host = '', operation = '', actor = '', commands = [] } = record;
  const { app, client, transport, principal, address, plan, postcondition, writer } = record;
  return {
    id,
    at,
    host,
    operation,
    actor,
    commands,
    effect: record.effect ?? 'destructive',
    writer: writer === undefined ? 'elsewhere' : await stateOf(writer),
    ...(app === undefined ? {} : { app }),
    ...(client === undefined ? {} : { client }),
    ...(transport === undefined ? {} : { transport }),
    ...(principal === undefined ? {} : { principal }),
    ...(address === undefined ? {} : { address }),
    ...(plan === undefined ? {} : { plan }),
    ...(postcondition === undefined ? {} : { postcondition }),
  };
}
