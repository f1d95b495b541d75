import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actsBackwards } from './acts.ts';
import { Journal } from './journal.ts';
import { listSegments, readSegment } from './segments.ts';
import { verifyAudit } from './verify.ts';

const DAY = 86_400_000;
let folder: string;
let now: number;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'prune-')), 'audit');
  now = Date.now();
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

/** Every record begins a file of its own. */
function open(keepMs?: number): Journal {
  const rotation = { bytes: 1, ageMs: 300 * DAY, ...(keepMs === undefined ? {} : { keepMs }) };
  return new Journal(folder, { now: () => now, sleep: async () => undefined }, rotation);
}
async function write(journal: Journal, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await journal.append(() => ({ bodies: [{ phase: 'refused', id }] }), true);
  await journal.close();
}
const firsts = async () => (await listSegments(folder)).map(({ first }) => first);

describe('records that are older than they are kept', () => {
  it('go file by file, are said to be gone, and the rest holds', async () => {
    await write(open(), 'a', 'b', 'c');
    const before = await verifyAudit(folder);
    now += 40 * DAY;
    await write(open(30 * DAY), 'd');
    const { broken, pruned, head } = await verifyAudit(folder);
    expect(broken).toBeUndefined();
    // The newest file of before goes when it is not the newest any more.
    expect(pruned).toMatchObject({ seq: expect.any(Number) });
    expect((await firsts())[0]).toBe((pruned?.seq ?? 0) + 1);
    expect((await readdir(folder)).filter((name) => name.startsWith('0000000001'))).toEqual([]);
    expect((await verifyAudit(folder, head)).broken).toBeUndefined();
    // What a head of then could show cannot be shown any more.
    const older = await verifyAudit(folder, { seq: 1, hash: before.head.hash });
    expect(older.broken?.reason).toContain('the anchor is record 1, which was pruned');
  });

  it('are kept by default, and while they are younger', async () => {
    await write(open(), 'a', 'b');
    now += 20 * DAY;
    await write(open(30 * DAY), 'c');
    now += 400 * DAY;
    await write(open(), 'd');
    expect((await firsts())[0]).toBe(1);
    expect((await verifyAudit(folder)).pruned).toBeUndefined();
  });

  it('stay as long as an act of then has no outcome', async () => {
    const journal = open();
    await journal.append(() => ({ bodies: [{ phase: 'intent', id: 'x', host: 'main' }] }), true);
    await write(journal, 'b');
    now += 40 * DAY;
    await write(open(30 * DAY), 'c');
    expect((await firsts())[0]).toBe(1);
    const keeping = open(30 * DAY);
    await keeping.append(() => ({ bodies: [{ phase: 'outcome', id: 'x' }] }), true);
    await write(keeping, 'd');
    expect((await firsts())[0]).toBeGreaterThan(1);
    const { broken, open: left } = await verifyAudit(folder);
    expect([broken, left]).toEqual([undefined, 0]);
  });

  it('that somebody else took away are missing, as before', async () => {
    await write(open(), 'a', 'b', 'c');
    now += 40 * DAY;
    await write(open(30 * DAY), 'd');
    const [oldest] = await listSegments(folder);
    await rm(join(folder, `${oldest?.name}.gz`), { force: true });
    await rm(join(folder, `${oldest?.name}`), { force: true });
    expect((await verifyAudit(folder)).broken?.reason).toMatch(/^records 1 to \d+ are missing before it$/);
  });

  it('hold also when the deletion was cut off', async () => {
    await write(open(), 'a', 'b', 'c', 'd', 'e');
    const files = await Promise.all(
      (await listSegments(folder)).map(async (segment) => ({
        segment,
        bytes: await readSegment(folder, segment),
      })),
    );
    now += 40 * DAY;
    await write(open(30 * DAY), 'f');
    const { pruned } = await verifyAudit(folder);
    // As if it had ended after the first file.
    for (const { segment, bytes } of files) {
      if (segment.first === 1 || segment.first > (pruned?.seq ?? 0)) continue;
      await writeFile(join(folder, `${segment.name}.gz`), gzipSync(bytes));
    }
    expect(await verifyAudit(folder)).toMatchObject({ pruned: { seq: 1 } });
    expect((await verifyAudit(folder)).broken).toBeUndefined();
  });
});

describe('the acts, newest first', () => {
  it('are told from the youngest files alone, as many as are asked for', async () => {
    const journal = open();
    await write(journal, 'a', 'b');
    await journal.append(() => ({ bodies: [{ phase: 'intent', id: 'x' }] }), true);
    await journal.append(() => ({ bodies: [{ phase: 'outcome', id: 'x', result: 'ok' }] }), true);
    await write(journal, 'c');
    const [oldest] = await listSegments(folder);
    // Whoever reads it fails.
    await truncate(join(folder, `${oldest?.name}.gz`), 10);
    const acts = [];
    for await (const act of actsBackwards(folder)) {
      acts.push([act.id, act.first.phase, act.outcome?.result]);
      if (acts.length === 3) break;
    }
    expect(acts).toEqual([
      ['c', 'refused', undefined],
      ['x', 'intent', 'ok'],
      ['b', 'refused', undefined],
    ]);
  });
});
