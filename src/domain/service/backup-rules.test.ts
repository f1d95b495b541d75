import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGood, judgeBackups, lastGood, type StoredBackup, toPrune } from './backup-rules.ts';
import { reasonAgainstDump } from './dumps.ts';
import { reasonAgainstRestored } from './restore-rules.ts';
import { isThrowAway, throwAwayFor } from './throw-away.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 25, 12);

const backup = (at: number, more: Partial<StoredBackup> = {}): StoredBackup => ({
  file: `f${at}`,
  host: 'h',
  type: 'postgres',
  name: 'db',
  startedAt: at - 1000,
  at,
  bytes: 10,
  sha256: '0'.repeat(64),
  reason: 'asked',
  state: 'present',
  ...more,
});

const tests = fc.option(
  fc.boolean().map((good) => ({ at: NOW, good, found: '' })),
  { nil: undefined },
);
const anyBackups = fc.uniqueArray(
  fc
    .record({
      at: fc.integer({ min: NOW - 800 * DAY, max: NOW }),
      state: fc.constantFrom('present' as const, 'gone' as const, 'changed' as const),
      tested: tests,
    })
    .map(({ at, state, tested }) => backup(at, { state, ...(tested === undefined ? {} : { tested }) })),
  { selector: ({ file }) => file, maxLength: 40 },
);
const count = fc.integer({ min: 0, max: 9 });
const anyKeep = fc.record({ daily: count, weekly: count, monthly: count });

describe('retention', () => {
  it('never lets the last good backup go, nor what is not there', () => {
    fc.assert(
      fc.property(anyBackups, anyKeep, (all, keep) => {
        const goes = toPrune(all, keep);
        const last = lastGood(all);
        expect(goes).not.toContain(last);
        expect(goes.every(({ state }) => state === 'present')).toBe(true);
        if (last === undefined) expect(goes).toEqual([]);
      }),
    );
  });

  it('keeps the newest proved one', () => {
    fc.assert(
      fc.property(anyBackups, anyKeep, (all, keep) => {
        const proved = lastGood(all.filter(({ tested }) => tested?.good === true));
        expect(toPrune(all, keep)).not.toContain(proved);
      }),
    );
  });

  it('keeps no more than the rule says, and going again changes nothing', () => {
    fc.assert(
      fc.property(anyBackups, anyKeep, (all, keep) => {
        const goes = toPrune(all, keep);
        const stays = all.filter((one) => !goes.includes(one));
        const good = stays.filter(isGood);
        expect(good.length).toBeLessThanOrEqual(keep.daily + keep.weekly + keep.monthly + 2);
        expect(toPrune(stays, keep)).toEqual([]);
      }),
    );
  });

  it('lets nothing go that a larger rule would not let go', () => {
    fc.assert(
      fc.property(anyBackups, anyKeep, (all, keep) => {
        const more = { daily: keep.daily + 1, weekly: keep.weekly + 1, monthly: keep.monthly + 1 };
        const goes = toPrune(all, keep);
        for (const one of toPrune(all, more)) expect(goes).toContain(one);
      }),
    );
  });

  it('keeps the newest of each of the last days, weeks and months', () => {
    const all = Array.from({ length: 100 }, (_, day) => backup(NOW - day * DAY));
    const goes = toPrune(all, { daily: 3, weekly: 2, monthly: 2 });
    const stays = all
      .filter((one) => !goes.includes(one))
      .map(({ at }) => new Date(at).toISOString().slice(0, 10));
    // A Wednesday: the week before ends on Sunday the 22nd, the month before on the 31st.
    expect(stays).toEqual(['2026-11-25', '2026-11-24', '2026-11-23', '2026-11-22', '2026-10-31']);
  });
});

describe('freshness', () => {
  const state = { type: 'postgres', name: 'db', host: 'h', freshHours: 26 };
  const rules = (backups: readonly StoredBackup[], more = {}) =>
    judgeBackups({ ...state, ...more, backups }, NOW).map(({ rule }) => rule);

  it('is broken exactly when neither a good dump nor a run to S3 is young enough', () => {
    fc.assert(
      fc.property(anyBackups, fc.option(fc.integer({ min: NOW - 5 * DAY, max: NOW })), (all, s3) => {
        const last = Math.max(lastGood(all)?.at ?? 0, s3 ?? 0);
        const found = rules(all, s3 === null ? {} : { s3: { at: s3, bucket: 'b' } });
        const broken = found.some((rule) => rule === 'backup-stale' || rule === 'backup-missing');
        expect(broken).toBe(NOW - last > 26 * 3_600_000);
        expect(found.includes('backup-missing')).toBe(last === 0);
      }),
    );
  });

  it('tells of the newest dump that could not be restored, and of none ever tried', () => {
    const bad = { at: NOW, good: false, found: 'only 1 of 3 rows came back' };
    expect(rules([backup(NOW), backup(NOW - 1)])).toEqual(['backup-untested']);
    expect(rules([backup(NOW, { tested: bad }), backup(NOW - 1)])).toEqual([
      'backup-unreadable',
      'backup-untested',
    ]);
    expect(rules([backup(NOW, { tested: { ...bad, good: true } })])).toEqual([]);
    expect(rules([backup(NOW), backup(NOW - 1, { state: 'gone' })])).toContain('backup-lost');
  });

  it('says that runs of a schedule cannot be seen', () => {
    const [found] = judgeBackups({ ...state, backups: [], schedule: '0 3 * * * …' }, NOW);
    expect(found).toMatchObject({ severity: 'warning', advice: expect.stringContaining('leaves no trace') });
  });
});

describe('a restored service', () => {
  const held = (n: number, unit = 'rows') => ({ count: n, unit });
  it.each([
    [{ held: held(3) }, held(3), undefined],
    [{ held: held(3) }, held(2), 'only 2 of 3 rows'],
    [{ held: held(3) }, held(4), 'it holds 4 rows, but 3 rows'],
    [{ held: held(3), heldAfter: held(6) }, held(5), undefined],
    [{ held: held(3), heldAfter: held(6) }, held(2), 'only 2 of 3 to 6 rows'],
    [{ held: held(3, 'keys') }, held(1, 'keys'), undefined],
    [{ held: held(3, 'keys') }, held(0, 'keys'), 'only 0 of 3 keys'],
    [{ held: held(0, 'keys') }, held(0, 'keys'), undefined],
    [{}, held(1), undefined],
    [{ held: held(1) }, undefined, undefined],
  ])('%j with %j: %s', (manifest, restored, reason) => {
    const found = reasonAgainstRestored(manifest, restored);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });

  it('has a name that only a test restore makes', () => {
    expect(isThrowAway(throwAwayFor({ type: 'redis', name: 'x' }, 'ab'.repeat(32)).name)).toBe(true);
    expect(isThrowAway('mcp-restore-test-shop')).toBe(false);
  });
});

describe('a dump', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const look = (type: string, text: string) =>
    reasonAgainstDump(type, {
      head: bytes(text).subarray(0, 64),
      tail: bytes(text).subarray(-64),
      bytes: text.length,
    });
  it.each([
    ['postgres', 'PGDMP\x01\x0e'],
    ['redis', `REDIS0010\xfa…\xff${'\0'.repeat(8)}`],
    ['mysql', '-- MySQL dump 10.13\n…\n-- Dump completed on 2026-11-25\n'],
    ['mariadb', '/*M!999999 enable the sandbox mode */\n-- Dump completed\n'],
    ['mongo', '\x1f\x8b\x08'],
    ['couchdb', 'anything'],
  ])('of %s is known by its ends', (type, text) => expect(look(type, text)).toBeUndefined());
  it.each([
    ['postgres', 'create table'],
    ['postgres', 'PG'],
    ['redis', `Warning: Using a password\nREDIS0010\xff${'\0'.repeat(8)}`],
    ['redis', 'REDIS0010\xfa\x09redis-ver'],
    ['mysql', '-- MySQL dump 10.13\n'],
    ['mongo', '{"a": 1}'],
    ['couchdb', ''],
    ['postgres', ''],
  ])('of %s is not taken for one: %j', (type, text) => expect(look(type, text)).toBeDefined());
});
