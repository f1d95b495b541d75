import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readActs } from '../../src/infrastructure/audit/acts.ts';
import { auditFolder, JsonlAuditLog } from '../../src/infrastructure/audit/jsonl-audit-log.ts';
import { verifyAudit } from '../../src/infrastructure/audit/verify.ts';
import type { Order, Said } from './entry.ts';
import { done, Writer } from './writer.ts';

let root: string;
let entry: string;
const writers: Writer[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'audit-processes-'));
  entry = join(root, 'entry.mjs');
  await build({
    entryPoints: [new URL('entry.ts', import.meta.url).pathname],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
});
afterAll(() => rm(root, { recursive: true, force: true }));

function writer(limit?: number): Writer {
  const one = new Writer(entry, limit);
  writers.push(one);
  return one;
}
let states = 0;
async function newState(): Promise<string> {
  states += 1;
  const stateDir = join(root, `state-${states}`);
  await mkdir(stateDir);
  return stateDir;
}
const order = (stateDir: string, more: Partial<Order> = {}): Order => ({
  stateDir,
  acts: 10,
  atOnce: 1,
  rotateBytes: 1 << 20,
  ...more,
});
const clock = { now: () => Date.now(), sleep: async () => undefined };
const here = (stateDir: string) =>
  new JsonlAuditLog({
    stateDir,
    clock,
    rotation: { bytes: 1 << 20, ageMs: 86_400_000 },
    mask: (_host, value) => value,
  });

/** Whatever was said to be on disk is there, in a chain that holds. */
async function holds(stateDir: string, said: readonly Said[]): Promise<void> {
  const verdict = await verifyAudit(auditFolder(stateDir));
  expect(verdict.broken).toBeUndefined();
  const acts = new Map((await readActs(auditFolder(stateDir))).map((act) => [act.id, act]));
  for (const { intent, outcome } of said) {
    if (intent !== undefined) expect(acts.get(intent)?.first.phase).toBe('intent');
    if (outcome !== undefined) expect(acts.get(outcome)?.outcome?.result).toBe('ok');
  }
}

describe('several processes on one log', () => {
  it('keep one chain, whatever they do when, over rotations', { timeout: 120_000 }, async () => {
    const all = [writer(), writer(), writer()];
    const orders = fc.array(
      fc.record({
        by: fc.nat(2),
        acts: fc.integer({ min: 1, max: 12 }),
        atOnce: fc.integer({ min: 1, max: 4 }),
        rotateBytes: fc.constantFrom(600, 3_000, 1 << 20),
      }),
      { minLength: 2, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(orders, async (list) => {
        const stateDir = await newState();
        const before = all.map(({ said }) => said.length);
        for (const { by, ...rest } of list) all[by]?.order(order(stateDir, rest));
        for (const [index, one] of all.entries()) {
          const wanted = list.filter(({ by }) => by === index).length;
          await one.until((said) => done(said.slice(before[index])) === wanted);
        }
        const said = all.flatMap((one, index) => one.said.slice(before[index]));
        expect(said.filter(({ failed }) => failed !== undefined)).toEqual([]);
        const acts = list.reduce((sum, one) => sum + one.acts, 0);
        expect(said.filter(({ outcome }) => outcome !== undefined)).toHaveLength(acts);
        await holds(stateDir, said);
        expect(await readActs(auditFolder(stateDir))).toHaveLength(acts);
      }),
      { numRuns: 15 },
    );
  });

  it('close each other’s intents, once', async () => {
    const stateDir = await newState();
    const id = await here(stateDir).intent({
      host: 'main',
      operation: 'deploy_start',
      effect: 'disruptive',
      commands: [],
      actor: 'me',
    });
    const rivals = [writer(), writer()];
    for (const rival of rivals) rival.order(order(stateDir, { acts: 0, close: id }));
    for (const rival of rivals) await rival.until((said) => done(said) === 1);
    const said = rivals.flatMap((rival) => rival.said);
    expect(said.filter(({ outcome }) => outcome === id)).toHaveLength(1);
    expect(said.filter(({ failed }) => failed?.includes('is not open') === true)).toHaveLength(1);
    await holds(stateDir, said);
  });
});

describe('a writer that is killed', () => {
  it('at any point leaves a log that goes on: what it was told is on disk is there', {
    timeout: 120_000,
  }, async () => {
    const random = numbers(20_260_102);
    const stateDir = await newState();
    const said: Said[] = [];
    for (let round = 0; round < 25; round++) {
      const one = writer();
      one.order(order(stateDir, { acts: 10_000, atOnce: 1 + random(3), rotateBytes: 20_000 }));
      const enough = 1 + random(40);
      await one.until((list) => list.length >= enough);
      for (let turns = random(50); turns > 0; turns--) await turn();
      await one.kill();
      said.push(...one.said);
    }
    expect(said.filter(({ failed }) => failed !== undefined)).toEqual([]);
    await holds(stateDir, said);
    const audit = here(stateDir);
    const open = await audit.openIntents();
    expect(open.length).toBeGreaterThan(0);
    expect(new Set(open.map(({ writer: state }) => state))).toEqual(new Set(['dead']));
    for (const { id } of open) await audit.outcome(id, { result: 'unknown', durationMs: 0 });
    await audit.close();
    expect(await verifyAudit(auditFolder(stateDir))).toMatchObject({ open: 0, torn: 0 });
    await holds(stateDir, said);
    expect((await readdir(auditFolder(stateDir))).filter((name) => name.endsWith('.claim'))).toEqual([]);
  });

  it('is told from one that lives: its intents say so', async () => {
    const stateDir = await newState();
    const one = writer();
    one.order(order(stateDir, { acts: 1_000_000, atOnce: 1 }));
    await one.until((said) => said.length > 0);
    let states: string[] = [];
    // There is an instant without an open intent between two acts.
    while (states.length === 0) states = (await here(stateDir).openIntents()).map((open) => open.writer);
    expect(states).toEqual(['alive']);
  });
});

describe('a disk that is full', () => {
  it('refuses the intent before anything is sent, keeps the chain, and takes the next one when there is room', async () => {
    const stateDir = await newState();
    const full = writer(16);
    full.order(order(stateDir, { acts: 1_000 }));
    await full.until((said) => done(said) === 1);
    const failures = full.said.flatMap(({ failed }) => failed ?? []);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('EFBIG');
    await holds(stateDir, full.said);
    const told = full.said.filter(({ intent }) => intent !== undefined).length;
    expect(told).toBeGreaterThan(5);
    expect(await readActs(auditFolder(stateDir))).toHaveLength(told);
    const roomy = writer();
    roomy.order(order(stateDir, { acts: 3 }));
    await roomy.until((said) => done(said) === 1);
    await holds(stateDir, [...full.said, ...roomy.said]);
    expect(await readActs(auditFolder(stateDir))).toHaveLength(told + 3);
  });
});

describe('the right to append', () => {
  const claim = (pid: number, started: string, place: string) =>
    `${pid}.${started}.${place}.00000000-0000-4000-8000-000000000000.claim`;

  it('is not held by the dead', async () => {
    const stateDir = await newState();
    const audit = here(stateDir);
    const probe = writer();
    probe.order(order(stateDir));
    await probe.until((said) => done(said) === 1);
    await writeFile(join(auditFolder(stateDir), claim(process.pid, '1', await placeOf(stateDir))), '');
    await audit.note({ phase: 'refused', host: 'main', operation: 'x', actor: 'me' });
    expect(await readActs(auditFolder(stateDir))).toHaveLength(11);
  });

  it('is waited for while another process has it', async () => {
    const stateDir = await newState();
    await mkdir(auditFolder(stateDir));
    // A claim from elsewhere, just made: nobody here can tell that its owner is dead.
    const path = join(auditFolder(stateDir), claim(1, '1', '0123456789abcdef'));
    await writeFile(path, '');
    let written = false;
    const waiting = here(stateDir)
      .note({ phase: 'refused', host: 'main', operation: 'x', actor: 'me' })
      .then(() => {
        written = true;
      });
    // As long as others need to write several records each.
    const elsewhere = here(await newState());
    for (let records = 0; records < 10; records++)
      await elsewhere.note({ phase: 'revealed', host: 'main', operation: 'x', actor: 'me' });
    expect(written).toBe(false);
    await rm(path);
    await waiting;
    expect(await readActs(auditFolder(stateDir))).toHaveLength(1);
  });

  /** The key of this boot and pid namespace, as a claim of this process has it. */
  async function placeOf(stateDir: string): Promise<string> {
    const found = (await readFile(join(auditFolder(stateDir), '0000000001.jsonl'), 'utf8')).split('\n')[0];
    const { place } = (JSON.parse(found ?? '') as { writer: { place: string } }).writer;
    const { sha256 } = await import('../../src/infrastructure/audit/record.ts');
    return sha256(place).slice(0, 16);
  }
});

/** Whole numbers below a bound, the same ones in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
