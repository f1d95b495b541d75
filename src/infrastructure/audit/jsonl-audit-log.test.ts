import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditIntent, AuditNote } from '../../application/ports.ts';
import { auditLines, readActs } from './acts.ts';
import { type AuditOptions, auditFolder, JsonlAuditLog } from './jsonl-audit-log.ts';
import { verifyAudit } from './verify.ts';

const entry: AuditIntent = {
  host: 'main',
  operation: 'ps_control',
  app: 'shop',
  effect: 'disruptive',
  commands: ['dokku ps:restart shop'],
  actor: 'claude',
  client: 'Claude Code',
  transport: 'stdio',
  plan: 'abc',
  postcondition: { running: true },
};
const refusal: AuditNote = {
  phase: 'refused',
  host: 'main',
  operation: 'apps_destroy',
  app: 'shop',
  actor: 'claude',
  code: 'POLICY_DENIED',
  reason: 'apps_destroy is not allowed here: this server is read-only. Nothing was sent.',
};

let stateDir: string;
let now: number;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'audit-'));
  now = Date.UTC(2026, 0, 2, 3, 4, 5);
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const folder = () => auditFolder(stateDir);
function open(options: Partial<AuditOptions> = {}): JsonlAuditLog {
  const clock = { now: () => now, sleep: async () => undefined };
  const rotation = { bytes: 1 << 20, ageMs: 86_400_000 };
  return new JsonlAuditLog({ stateDir, clock, rotation, mask: (_host, value) => value, ...options });
}
async function records() {
  const found = [];
  for await (const { record } of auditLines(folder())) found.push(record);
  return found;
}

describe('JsonlAuditLog', () => {
  it('writes intent and outcome under one id, each linked to the line before', async () => {
    const audit = open();
    const id = await audit.intent(entry);
    now += 12;
    await audit.outcome(id, { result: 'ok', exit: 0, durationMs: 11.7, resolved: 'applied' });
    const [intent, outcome] = await records();
    expect(intent).toMatchObject({
      v: 1,
      seq: 1,
      at: '2026-01-02T03:04:05.000Z',
      phase: 'intent',
      id,
      ...entry,
    });
    expect(intent?.writer).toMatchObject({ pid: process.pid });
    expect(outcome).toMatchObject({
      seq: 2,
      at: '2026-01-02T03:04:05.012Z',
      phase: 'outcome',
      id,
      app: 'shop',
      result: 'ok',
      exit: 0,
      duration_ms: 12,
      resolved: 'applied',
      prev: intent?.hash,
    });
    expect(await verifyAudit(folder())).toMatchObject({
      records: 2,
      open: 0,
      head: { seq: 2, hash: outcome?.hash },
    });
  });

  it('makes nothing before the first record, and then only what the owner may read', async () => {
    const audit = open();
    expect(await audit.openIntents()).toEqual([]);
    expect(await readdir(stateDir)).toEqual([]);
    await audit.intent(entry);
    expect(await readdir(folder())).toEqual(['0000000001.jsonl']);
    expect((await stat(folder())).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder(), '0000000001.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('takes known secrets out of whatever is recorded', async () => {
    const mask = <T>(host: string, value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll('tok-4711', host === 'main' ? '***' : 'no host')) as T;
    const audit = open({ mask });
    const commands = ['dokku config:set shop A=tok-4711'];
    const id = await audit.intent({ ...entry, app: 'tok-4711', commands, postcondition: { a: 'tok-4711' } });
    await audit.outcome(id, { result: 'failed', durationMs: 1, found: 'it said tok-4711' });
    await audit.note({ ...refusal, reason: 'not tok-4711' });
    const text = await readFile(join(folder(), '0000000001.jsonl'), 'utf8');
    expect(text.match(/\*\*\*/g)).toHaveLength(4);
    expect(text).not.toContain('no host');
    // What an act is about stays readable: an app may be called like a value of its configuration.
    expect(text.match(/"[^"]+":"tok-4711"/g)).toEqual(['"app":"tok-4711"', '"app":"tok-4711"']);
  });

  it('lists the intents that have no outcome, also for the next server, with the state of their writer', async () => {
    const audit = open();
    const first = await audit.intent(entry);
    const second = await audit.intent({ ...entry, app: 'blog' });
    await audit.outcome(first, { result: 'failed', durationMs: 1 });
    expect(await open().openIntents()).toEqual([
      { ...entry, app: 'blog', id: second, at: '2026-01-02T03:04:05.000Z', writer: 'alive' },
    ]);
  });

  it('gives every intent one outcome: a second one is refused, and on record as such', async () => {
    const id = await open().intent(entry);
    await open().outcome(id, { result: 'ok', durationMs: 1 });
    const second = open().outcome(id, { result: 'failed', durationMs: 2 });
    await expect(second).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(open().outcome('unheard-of', { result: 'ok', durationMs: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const phases = (await records()).map(({ phase, event, result }) => [phase, event ?? result]);
    expect(phases).toEqual([
      ['intent', undefined],
      ['outcome', 'ok'],
      ['system', 'second-outcome'],
      ['system', 'second-outcome'],
    ]);
    expect((await readActs(folder()))[0]?.outcome).toMatchObject({ result: 'ok' });
    expect((await verifyAudit(folder())).broken).toBeUndefined();
  });

  it('takes an id that is given, not while it is open, and tells the state of an act over all files', async () => {
    const audit = open({ rotation: { bytes: 1, ageMs: 86_400_000 } });
    expect(await audit.intent({ ...entry, id: 'plan-1' })).toBe('plan-1');
    await expect(audit.intent({ ...entry, id: 'plan-1' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await audit.stateOf('plan-1')).toBe('open');
    await audit.intent({ ...entry, id: 'plan-2' });
    expect(await open().stateOf('plan-1')).toBe('open');
    await audit.outcome('plan-1', { result: 'failed', durationMs: 1 });
    expect(await audit.stateOf('plan-1')).toBe('closed');
    expect(await audit.stateOf('plan')).toBe('none');
    await audit.intent({ ...entry, id: 'plan-1' });
    expect(await audit.stateOf('plan-1')).toBe('open');
    await audit.outcome('plan-1', { result: 'ok', durationMs: 1 });
    await audit.close();
    const acts = await readActs(folder());
    expect(acts.map((act) => [act.id, act.outcome?.result])).toEqual([
      ['plan-1', 'failed'],
      ['plan-2', undefined],
      ['plan-1', 'ok'],
    ]);
    const verdict = await verifyAudit(folder());
    expect(verdict).toMatchObject({ open: 1 });
    expect(verdict.broken).toBeUndefined();
  });

  it('lets one of two outcomes that come at once win', async () => {
    const audit = open();
    const id = await audit.intent(entry);
    const results = await Promise.allSettled(
      ['ok', 'unknown'].map((result) => audit.outcome(id, { result: result as 'ok', durationMs: 1 })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('writes what many ask for at once in few goes, and all of it', async () => {
    const audit = open();
    const ids = await Promise.all(Array.from({ length: 300 }, () => audit.intent(entry)));
    expect(new Set(ids).size).toBe(300);
    expect(await verifyAudit(folder())).toMatchObject({ records: 300, open: 300 });
  });

  it('records refusals and reveals; a flood of refusals counts as one record per kind', async () => {
    const audit = open();
    for (let index = 0; index < 1_000; index++) await audit.note({ ...refusal, host: index % 2 ? 'a' : 'b' });
    await audit.note({ phase: 'revealed', host: 'a', operation: 'config_get', app: 'shop', actor: 'claude' });
    expect(await records()).toHaveLength(21);
    now += 60_000;
    await audit.note({ ...refusal, phase: 'declined' });
    const found = await records();
    expect(found.slice(21).map(({ phase, host, count }) => [phase, host, count])).toEqual([
      ['refused', 'b', 490],
      ['refused', 'a', 490],
      ['declined', 'main', undefined],
    ]);
  });

  it('writes the count of a flood when it closes', async () => {
    const audit = open();
    for (let index = 0; index < 40; index++) await audit.note(refusal);
    await audit.close();
    expect((await records()).at(-1)).toMatchObject({ phase: 'refused', count: 30 });
  });

  it('rejects when the folder cannot be written, so that nothing is sent; reading goes on', async () => {
    await writeFile(folder(), 'a file where the folder belongs');
    await expect(open().intent(entry)).rejects.toThrow('ENOTDIR');
  });
});
