import { describe, expect, it } from 'vitest';
import type { Act } from '../infrastructure/audit/acts.ts';
import { type Body, GENESIS, parseLine, seal } from '../infrastructure/audit/record.ts';
import { describeAct, describeActs, describeVerdict } from './audit-view.ts';

function act(id: string, body: Partial<Body>, outcome?: Partial<Body>): Act {
  const record = (seq: number, more: Partial<Body>, phase: Body['phase']) => {
    const found = parseLine(
      seal({ seq, hash: GENESIS }, '2026-01-02T03:04:05.678Z', { phase, id, ...more }).line,
    );
    if (found === undefined) throw new Error('no record');
    return found;
  };
  return {
    id,
    first: record(10, body, body.phase ?? 'intent'),
    ...(outcome === undefined ? {} : { outcome: record(11, outcome, 'outcome') }),
  };
}
const long = (letter: string) => letter.repeat(60);
const id = '00000000-0000-4000-8000-00004f1a2b3c';
const done = act(
  id,
  {
    host: 'main',
    app: 'shop',
    operation: 'apps_destroy',
    effect: 'destructive',
    actor: 'ann',
    client: 'Claude Code',
    transport: 'stdio',
    commands: ['dokku --force apps:destroy shop', 'dokku x \u001b[31m\u202e'],
    plan: 'digest',
    writer: { pid: 42, started: '1', place: 'here' },
    postcondition: { gone: true },
  },
  {
    result: 'unknown',
    code: 'LINK_LOST',
    exit: 3,
    duration_ms: 1_234,
    found: 'it\nis gone',
    resolved: 'applied',
  },
);

describe('describeActs', () => {
  it('fits 100 columns, whatever names there are', () => {
    const wide = { operation: long('o'), app: long('a'), actor: long('w'), count: 999 };
    const text = describeActs(
      [
        act(id, { ...wide, host: long('h') }, { result: 'unknown', duration_ms: 5_999_000 }),
        act(id, { ...wide, host: 'b' }),
      ],
      true,
    );
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toContain('The newest 2; --limit 10 shows more.');
  });

  it('shows one line an act', () => {
    expect(describeActs([done], false)).toBe(
      [
        'when (UTC)           result   what          app   who  took   id',
        '2026-01-02 03:04:05  unknown  apps_destroy  shop  ann  1.2 s  4f1a2b3c',
        '',
        'dokku-mcp audit show ID tells all about one.',
      ].join('\n'),
    );
    expect(describeActs([], false)).toBe('No such act is on record.');
  });
});

describe('describeAct', () => {
  it('tells all, and nothing of it can steer the terminal', () => {
    const hashes = [done.first.hash, done.outcome?.hash];
    expect(describeAct(done)).toBe(
      [
        `act ${id}`,
        'result: unknown',
        'when: 2026-01-02 03:04:05.678 UTC, took 1.2 s',
        'who: ann with Claude Code over stdio',
        'what: apps_destroy',
        'app: shop',
        'host: main',
        'effect: destructive',
        'code: LINK_LOST',
        'exit: 3',
        'found: it is gone',
        'resolved: applied',
        'plan: digest',
        'postcondition: {"gone":true}',
        'writer: process 42',
        `record 11: ${hashes[0]}`,
        `record 12: ${hashes[1]}`,
        'commands:',
        '  dokku --force apps:destroy shop',
        '  dokku x ',
      ].join('\n'),
    );
  });
});

describe('describeVerdict', () => {
  const hash = 'a'.repeat(64);
  const good = { records: 2, segments: 1, head: { seq: 2, hash }, open: 1, mended: [], torn: 0 };
  it('gives the head to note, and says what was mended', () => {
    const mended = [{ seq: 2, at: '2026-01-02T03:04:05.678Z', aside: 'torn-after-1-x.bin' }];
    const text = describeVerdict({ ...good, mended, torn: 7 });
    expect(text).toContain('✓ The record holds: 2 records in 1 file; 1 act without outcome.\n');
    expect(text).toContain(
      '  ! record 2, 2026-01-02 03:04:05.678: a torn end was moved to torn-after-1-x.bin\n',
    );
    expect(text).toContain('  ! 7 bytes at the end are no whole line');
    expect(text.endsWith(`\n  dokku-mcp audit verify --anchor ${hash}:2`)).toBe(true);
  });

  it('names the first break', () => {
    const broken = { file: '0000000001.jsonl', line: 3, reason: 'the line was changed' };
    expect(describeVerdict({ ...good, broken })).toBe(
      '✗ The record does not hold. 0000000001.jsonl, line 3: the line was changed.\nWhat stands before that holds: 2 records in 1 file.',
    );
    expect(describeVerdict({ ...good, broken: { reason: 'cut off' } })).toContain('hold. cut off.\n');
  });
});
