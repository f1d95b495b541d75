import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, type LogFilter } from './log-window.ts';

const at = (second: number) => `2026-11-24T00:00:${String(second).padStart(2, '0')}.000000000Z`;
const stamped = fc.record({
  second: fc.nat(59),
  process: fc.constantFrom('web.1', 'web.2', 'worker.1'),
  text: fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\n', ' ')),
});
const line = fc.oneof(
  stamped.map(({ second, process, text }) => `${at(second)} app[${process}]: ${text}`),
  fc.constantFrom('  a line that goes on', 'Traceback', ''),
);
const filter: fc.Arbitrary<LogFilter> = fc.record(
  {
    tail: fc.integer({ min: 1, max: 20 }),
    maxCharacters: fc.integer({ min: 0, max: 600 }),
    since: fc.nat(59).map((second) => Date.parse(at(second))),
    grep: fc.constantFrom('a', 'WEB', 'Trace', ':'),
    process: fc.constantFrom('web.1', 'worker.1', 'none.1'),
  },
  { requiredKeys: ['tail', 'maxCharacters'] },
);

/** All lines at once, filtered and cut as the words of LogFilter say. */
function naive(all: readonly string[], { tail, maxCharacters, since, grep, process }: LogFilter) {
  let moment = 0;
  let name: string | undefined;
  const entries = all.map((text) => {
    const [, stamp, found] = /^(\S+Z) app\[(.+?)\]: ?/.exec(text) ?? [];
    if (stamp !== undefined) [moment, name] = [Date.parse(stamp), found];
    return { text, moment, name };
  });
  const wanted = entries
    .filter((entry) => process === undefined || entry.name === process)
    .filter((entry) => since === undefined || entry.moment > since)
    .filter(({ text }) => grep === undefined || text.toLowerCase().includes(grep.toLowerCase()));
  const shown = wanted.sort((a, b) => a.moment - b.moment).slice(-tail);
  while (shown.reduce((sum, { text }) => sum + text.length + 1, 0) > maxCharacters) shown.shift();
  return { text: shown.map(({ text }) => text).join('\n'), shown: shown.length, matched: wanted.length };
}

function run(lines: readonly string[], filter: LogFilter) {
  const window = collect(filter);
  for (const text of lines) window.add(text);
  return window.end();
}

describe('collect', () => {
  it('shows what a plain filter over all lines would show', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), filter, (lines, wanted) => {
        const expected = naive(lines, wanted);
        expect(run(lines, wanted)).toEqual({
          ...expected,
          read: lines.length,
          truncated: expected.shown < expected.matched,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with it also when the log is so long that lines are dropped on the way', () => {
    const lines = Array.from(
      { length: 9_000 },
      (_, index) => `${at((index * 37) % 60)} app[web.1]: line ${index}`,
    );
    for (const wanted of [
      { tail: 3, maxCharacters: 10_000 },
      { tail: 5_000, maxCharacters: 200 },
    ]) {
      expect(run(lines, wanted)).toMatchObject(naive(lines, wanted));
    }
  });

  it('keeps to its limits however long the log and its lines are', () => {
    const window = collect({ tail: 10, maxCharacters: 1_000 });
    for (let index = 0; index < 200; index += 1) window.add(`${index} ${'x'.repeat(60_000)}`);
    window.add('the last one');
    expect(window.end()).toEqual({
      text: 'the last one',
      shown: 1,
      matched: 201,
      read: 201,
      truncated: true,
    });
  });

  it('puts the blocks that Dokku prints per container in order of time', () => {
    const lines = [`${at(2)} app[web.1]: second`, '  more of it', `${at(1)} app[web.2]: first`];
    expect(run(lines, { tail: 10, maxCharacters: 1_000 }).text.split('\n')).toEqual([
      lines[2],
      lines[0],
      lines[1],
    ]);
  });

  it('takes a stamp that is no moment for ordinary text', () => {
    const odd = '2026-99-99T99:99:99Z app[web.1]: x';
    expect(
      run([`${at(5)} app[web.1]: a`, odd, `${at(4)} app[web.1]: b`], { tail: 9, maxCharacters: 999 }).text,
    ).toBe(`${at(4)} app[web.1]: b\n${at(5)} app[web.1]: a\n${odd}`);
  });
});
