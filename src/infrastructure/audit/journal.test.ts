import { appendFile, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditLines } from './acts.ts';
import { Journal } from './journal.ts';
import { verifyAudit } from './verify.ts';

let folder: string;
let now: number;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'journal-')), 'audit');
  now = Date.UTC(2026, 0, 2);
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const DAY = 86_400_000;
function open(rotation = { bytes: 1 << 20, ageMs: 30 * DAY }): Journal {
  return new Journal(folder, { now: () => now, sleep: async () => undefined }, rotation);
}
const add = (journal: Journal, id: string, phase: 'intent' | 'outcome' = 'intent') =>
  journal.append(() => ({ bodies: [{ phase, id }] }), true);
async function records() {
  const found = [];
  for await (const { record } of auditLines(folder)) found.push(record);
  return found;
}
const told = async () => (await records()).map(({ event, id }) => event ?? id);
const plain = (first: number) => join(folder, `${String(first).padStart(10, '0')}.jsonl`);

describe('a tail that a crash left torn', () => {
  it.each([
    ['in mid-line', '{"v":1,"seq":2,"at":"2026'],
    ['in the middle of a character', Buffer.from('{"v":1,"found":"\u20ac').subarray(0, -1)],
    ['as zeros of a power cut', Buffer.alloc(300)],
    ['as a line that is no record', '\u0000\u0000\n{}\n'],
  ])('%s is moved aside, said so, and the chain holds', async (_where, rest) => {
    const journal = open();
    await add(journal, 'a');
    await appendFile(plain(1), rest);
    expect(await verifyAudit(folder)).toMatchObject(
      String(rest).endsWith('\n') ? { broken: { line: 2 } } : { records: 1, torn: Buffer.from(rest).length },
    );
    await add(journal, 'b');
    await add(open(), 'c');
    expect(await told()).toEqual(['a', 'mended', 'b', 'c']);
    const [, mended] = await records();
    expect(await readFile(join(folder, String(mended?.aside)))).toEqual(Buffer.from(rest));
    expect(mended).toMatchObject({ bytes: Buffer.from(rest).length });
    const verdict = await verifyAudit(folder);
    expect(verdict).toMatchObject({ records: 4, torn: 0, mended: [{ seq: 2, aside: mended?.aside }] });
    expect(verdict.broken).toBeUndefined();
  });

  it('is mended at any byte, of any record', async () => {
    const journal = open();
    for (const id of ['a', 'b', 'c']) await add(journal, id);
    const whole = await readFile(plain(1));
    const breaks = [...whole.entries()].flatMap(([index, byte]) => (byte === 0x0a ? [index + 1] : []));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (cut) => {
        await writeFile(plain(1), whole.subarray(0, cut));
        await add(open(), 'new');
        const kept = breaks.filter((end) => end <= cut).length;
        const isTorn = cut !== 0 && !breaks.includes(cut);
        const { records, broken } = await verifyAudit(folder);
        return broken === undefined && records === kept + (isTorn ? 2 : 1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('rotation', () => {
  it('goes by size: the new file carries the last hash and what is open, the old one is compressed', async () => {
    const journal = open({ bytes: 2_000, ageMs: DAY });
    for (let index = 0; index < 40; index++) {
      await add(journal, `act-${index}`);
      if (index % 10 !== 3) await add(journal, `act-${index}`, 'outcome');
    }
    await journal.close();
    const names = (await readdir(folder)).sort();
    expect(names.length).toBeGreaterThan(3);
    expect(names.slice(0, -1).every((name) => name.endsWith('.jsonl.gz'))).toBe(true);
    const newest = names.at(-1) ?? '';
    const first = JSON.parse((await readFile(join(folder, newest), 'utf8')).split('\n')[0] ?? '');
    expect(first).toMatchObject({ event: 'rotated', seq: Number.parseInt(newest, 10) });
    const carried: string[] = first.open.map(({ id }: { id: string }) => id);
    expect(carried.slice(0, 4)).toEqual(['act-3', 'act-13', 'act-23', 'act-33']);
    const verdict = await verifyAudit(folder);
    expect(verdict).toMatchObject({ open: 4, segments: names.length });
    expect(verdict.broken).toBeUndefined();
  });

  it('does not begin yet another file because of what it carries over', async () => {
    const journal = open({ bytes: 1_000, ageMs: DAY });
    for (let index = 0; index < 40; index++) await add(journal, `act-${index}`);
    for (let index = 0; index < 40; index++) await add(journal, `act-${index}`, 'outcome');
    await journal.close();
    const own = (await records()).filter(({ event }) => event === undefined);
    const bytes = own.reduce((sum, record) => sum + JSON.stringify(record).length + 1, 0);
    expect((await readdir(folder)).length).toBeLessThanOrEqual(Math.ceil(bytes / 1_000));
    expect(await verifyAudit(folder)).toMatchObject({ open: 0 });
  });

  it('removes what a compression left that was cut off', async () => {
    const journal = open({ bytes: 1, ageMs: DAY });
    await add(journal, 'a');
    for (const name of ['old.tmp', 'new.tmp']) await writeFile(join(folder, name), 'half');
    await utimes(join(folder, 'old.tmp'), 0, 0);
    await add(journal, 'b');
    await journal.close();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual(['new.tmp']);
  });

  it('goes by age', async () => {
    const journal = open({ bytes: 1 << 20, ageMs: DAY });
    await add(journal, 'a');
    now += DAY - 1;
    await add(journal, 'b');
    now += 1;
    await add(open({ bytes: 1 << 20, ageMs: DAY }), 'c');
    await add(journal, 'd');
    expect(await told()).toEqual(['a', 'b', 'rotated', 'c', 'd']);
    expect((await verifyAudit(folder)).broken).toBeUndefined();
  });

  it('goes on where the maker of a new file was cut off before its first record', async () => {
    await add(open(), 'a');
    await writeFile(plain(2), '');
    await add(open(), 'b');
    expect(await told()).toEqual(['a', 'rotated', 'b']);
    expect((await verifyAudit(folder)).broken).toBeUndefined();
  });

  it('reads a log whose compression was cut off in between, and finishes it', async () => {
    const journal = open({ bytes: 1, ageMs: DAY });
    await add(journal, 'a');
    await add(journal, 'b');
    await journal.close();
    await writeFile(plain(1), gunzipSync(await readFile(`${plain(1)}.gz`)));
    await writeFile(`${plain(1)}.gz`, gzipSync('half'));
    expect(await told()).toEqual(['a', 'rotated', 'b']);
    await add(journal, 'c');
    await journal.close();
    expect(await readdir(folder)).toHaveLength(3);
    expect((await verifyAudit(folder)).broken).toBeUndefined();
  });
});

describe('verify', () => {
  async function log(): Promise<string[]> {
    const journal = open();
    for (const id of ['a', 'b', 'c', 'd']) await add(journal, id);
    return (await readFile(plain(1), 'utf8')).trimEnd().split('\n');
  }
  const write = (lines: readonly string[]) => writeFile(plain(1), lines.map((line) => `${line}\n`).join(''));

  it('finds any changed byte at its line', async () => {
    await log();
    const text = await readFile(plain(1));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const edited = Buffer.from(text);
        edited[at] = (edited[at] ?? 0) ^ change;
        await writeFile(plain(1), edited);
        const line = text.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        const { broken } = await verifyAudit(folder);
        // A line break that goes or comes moves the break by a line at most.
        return broken !== undefined && Math.abs((broken.line ?? 0) - line) <= (edited[at] === 0x0a ? 0 : 1);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      'a line taken out',
      (lines: string[]) => [lines[0], lines[2], lines[3]],
      2,
      'records 2 to 2 are missing',
    ],
    ['two lines swapped', (lines: string[]) => [lines[0], lines[2], lines[1], lines[3]], 2, 'are missing'],
    [
      'a line twice',
      (lines: string[]) => [lines[0], lines[0], lines[1]],
      2,
      'record 1 stands where 2 belongs',
    ],
    ['the first line taken out', (lines: string[]) => lines.slice(1), 1, 'records 1 to 1 are missing'],
  ])('finds %s', async (_what, change, line, reason) => {
    await write(change(await log()) as string[]);
    const { broken } = await verifyAudit(folder);
    expect(broken).toMatchObject({ file: '0000000001.jsonl', line });
    expect(broken?.reason).toContain(reason);
  });

  it('sees with an anchor what a chain alone cannot: a log that was cut off or written anew', async () => {
    const lines = await log();
    const { head } = await verifyAudit(folder);
    expect((await verifyAudit(folder, head)).broken).toBeUndefined();
    await add(open(), 'e');
    expect((await verifyAudit(folder, head)).broken).toBeUndefined();
    await write(lines.slice(0, 3));
    expect((await verifyAudit(folder)).broken).toBeUndefined();
    expect((await verifyAudit(folder, head)).broken?.reason).toContain('cut off');
    await rm(plain(1));
    for (const id of ['a', 'b', 'x', 'd']) await add(open(), id);
    expect((await verifyAudit(folder)).broken).toBeUndefined();
    expect((await verifyAudit(folder, head)).broken).toMatchObject({ line: 4 });
    await rm(folder, { recursive: true });
    expect((await verifyAudit(folder, head)).broken?.reason).toContain('ends at record 0');
  });

  it('takes an anchor as the beginning where older files were put away, and nothing less', async () => {
    const journal = open({ bytes: 1, ageMs: DAY });
    await add(journal, 'a');
    const { head } = await verifyAudit(folder);
    await add(journal, 'b');
    await journal.close();
    await rm(`${plain(1)}.gz`);
    expect((await verifyAudit(folder)).broken?.reason).toContain('records 1 to 1 are missing');
    expect((await verifyAudit(folder, head)).broken).toBeUndefined();
    const other = { ...head, hash: 'f'.repeat(64) };
    expect((await verifyAudit(folder, other)).broken?.reason).toContain('are missing');
  });

  it('names a compressed file that cannot be read', async () => {
    const journal = open({ bytes: 1, ageMs: DAY });
    for (const id of ['a', 'b', 'c']) await add(journal, id);
    await journal.close();
    await truncate(`${plain(2)}.gz`, 20);
    expect((await verifyAudit(folder)).broken).toMatchObject({ file: '0000000002.jsonl', line: 1 });
  });
});
