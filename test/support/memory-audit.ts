import type {
  AuditIntent,
  AuditLog,
  AuditNote,
  AuditOutcome,
  OpenIntent,
} from '../../src/application/ports.ts';

/** Keeps the audit in memory. */
export class MemoryAudit implements AuditLog {
  readonly intents: (AuditIntent & { readonly id: string })[] = [];
  readonly outcomes: (AuditOutcome & { readonly id: string })[] = [];
  readonly notes: AuditNote[] = [];

  async intent(entry: AuditIntent): Promise<string> {
    const { id = String(this.intents.length) } = entry;
    this.intents.push({ ...entry, id });
    return id;
  }

  async outcome(id: string, outcome: AuditOutcome): Promise<void> {
    this.outcomes.push({ ...outcome, id });
  }

  async note(act: AuditNote): Promise<void> {
    this.notes.push(act);
  }

  async stateOf(id: string): Promise<'none' | 'open' | 'closed'> {
    if (this.outcomes.some((outcome) => outcome.id === id)) return 'closed';
    return this.intents.some((intent) => intent.id === id) ? 'open' : 'none';
  }

  async openIntents(): Promise<readonly OpenIntent[]> {
    const closed = new Set(this.outcomes.map(({ id }) => id));
    const open = this.intents.filter(({ id }) => !closed.has(id));
    return open.map((intent) => ({ ...intent, at: '2026-01-02T03:04:05.000Z', writer: 'alive' }));
  }
}
