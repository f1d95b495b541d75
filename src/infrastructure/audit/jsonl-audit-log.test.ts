import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditIntent, Clock } from '../../application/ports.ts';
import { FileStore } from '../state/file-store.ts';
import { JsonlAuditLog } from './jsonl-audit-log.ts';

const clock: Clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
const entry: AuditIntent = {
  host: 'main',
  operation: 'app_restart',
  app: 'shop',
  effect: 'disruptive',
  commands: ['dokku ps:restart shop'],
  actor: 'claude',
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('JsonlAuditLog', () => {
  it('writes intent and outcome under one id', async () => {
    const store = new FileStore(root);
    const audit = new JsonlAuditLog(store, clock);
    const id = await audit.intent(entry);
    await audit.outcome(id, { result: 'ok', exit: 0, durationMs: 12 });
    expect(await store.read('audit')).toEqual([
      { v: 1, id, phase: 'intent', at: '2026-01-02T03:04:05.000Z', ...entry },
      { v: 1, id, phase: 'outcome', at: '2026-01-02T03:04:05.000Z', result: 'ok', exit: 0, durationMs: 12 },
    ]);
  });

  it('lists the intents that have no outcome, also for the next server', async () => {
    const audit = new JsonlAuditLog(new FileStore(root), clock);
    const first = await audit.intent(entry);
    const second = await audit.intent({ ...entry, app: 'blog' });
    await audit.outcome(first, { result: 'failed', durationMs: 1 });
    const next = new JsonlAuditLog(new FileStore(root), clock);
    expect(await next.openIntents()).toEqual([expect.objectContaining({ id: second, app: 'blog' })]);
  });

  it('rejects when the intent cannot be written, so that nothing is sent without it', async () => {
    const store = new FileStore(join(root, 'audit'));
    const failing = { ...store, append: () => Promise.reject(new Error('ENOSPC')) };
    const audit = new JsonlAuditLog(
      {
        ...failing,
        read: store.read.bind(store),
        put: store.put.bind(store),
        get: store.get.bind(store),
        list: store.list.bind(store),
        delete: store.delete.bind(store),
      },
      clock,
    );
    await expect(audit.intent(entry)).rejects.toThrow('ENOSPC');
  });
});
