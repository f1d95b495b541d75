import { randomUUID } from 'node:crypto';
import type { AuditIntent, AuditLog, AuditOutcome, Clock, StateStore } from '../../application/ports.ts';

const LOG = 'audit';

/** An intent whose outcome was never written: the server ended in between, so what came of it has to be read back. */
export interface OpenIntent extends AuditIntent {
  readonly id: string;
  readonly at: string;
}

/**
 * The audit as one JSON object a line in the log `audit` of the state store: `{v, id, phase: "intent", at, ...}` and
 * `{v, id, phase: "outcome", at, ...}`. Both are on disk before the promise resolves; a write that fails rejects, so
 * that no change is sent without its intent.
 */
export class JsonlAuditLog implements AuditLog {
  readonly #store: StateStore;
  readonly #clock: Clock;

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async intent(entry: AuditIntent): Promise<string> {
    const id = randomUUID();
    await this.#store.append(LOG, { v: 1, id, phase: 'intent', at: this.#now(), ...entry }, { sync: true });
    return id;
  }

  async outcome(id: string, outcome: AuditOutcome): Promise<void> {
    await this.#store.append(
      LOG,
      { v: 1, id, phase: 'outcome', at: this.#now(), ...outcome },
      { sync: true },
    );
  }

  /** Intents without an outcome, oldest first. */
  async openIntents(): Promise<readonly OpenIntent[]> {
    const open = new Map<string, OpenIntent>();
    for (const record of await this.#store.read(LOG)) {
      if (!isRecord(record)) continue;
      if (record.phase === 'intent') open.set(record.id, record);
      else open.delete(record.id);
    }
    return [...open.values()];
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

type AuditRecord = ({ phase: 'intent' } & OpenIntent) | { phase: 'outcome'; id: string };

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('phase' in value)) return false;
  return typeof value.id === 'string' && (value.phase === 'intent' || value.phase === 'outcome');
}
