import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { logsRead } from './logs.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'ps:scale shop web=2', 'apps:create empty'],
  });
  for (const [index, container] of on.app('shop').containers.entries()) {
    container.logs.length = 0;
    for (let line = 0; line < 5; line += 1) {
      const at = Date.UTC(2026, 10, 24, 0, 0, line * 2 + index);
      container.logs.push({ at, text: `line ${line} of ${index}` });
    }
  }
});
afterEach(() => on.close());

describe('logs_read', () => {
  it('shows the last lines of all processes in order of time, as text of the host', async () => {
    const { data, untrusted } = await on.ask(logsRead, { app: 'shop', tail: 3 });
    expect(data).toMatchObject({ app: 'shop', lines: 3, truncated: true });
    expect(data.text.split('\n').map((line) => line.slice(line.indexOf(': ') + 2))).toEqual([
      'line 3 of 1',
      'line 4 of 0',
      'line 4 of 1',
    ]);
    expect(untrusted).toBe(data.text);
  });

  it.each([
    [{}, ['logs', 'shop', '--num', '100']],
    [{ tail: 7 }, ['logs', 'shop', '--num', '7']],
    [{ process: 'web' }, ['logs', 'shop', '--num', '100', '--ps', 'web']],
    [{ process: 'web.1' }, ['logs', 'shop', '--num', '5000', '--ps', 'web']],
    [{ grep: 'x' }, ['logs', 'shop', '--num', '5000']],
    [{ source: 'failed' }, ['logs:failed', 'shop']],
    [{ source: 'nginx-access', tail: 5 }, ['nginx:access-logs', 'shop', '--num', '5']],
    [{ source: 'nginx-error', grep: 'x' }, ['nginx:error-logs', 'shop', '--num', '5000']],
  ] as const)('%j asks for %j', async (input, argv) => {
    await on.ask(logsRead, { app: 'shop', ...input });
    expect(on.wire.argv).toContainEqual(argv);
    expect(on.wire.changes()).toEqual([]);
  });

  it('keeps to one process, a word and a moment', async () => {
    const { data } = await on.ask(logsRead, {
      app: 'shop',
      process: 'web.2',
      grep: 'LINE',
      since: '2026-11-24T01:00:05+01:00',
    });
    expect(data).toMatchObject({ lines: 2, matched: 2 });
    expect(data.text).not.toContain('of 0');
  });

  it.each([
    [{ source: 'nginx-access', process: 'web' }, 'process: '],
    [{ source: 'failed', since: '2026-11-24T00:00:00Z' }, 'since: '],
    [{ source: 'nginx-error', since: '2026-11-24T00:00:00Z' }, 'since: '],
  ] as const)('refuses %j, which would find nothing', async (input, words) => {
    await expect(on.ask(logsRead, { app: 'shop', ...input })).rejects.toThrow(words);
    expect(on.wire.argv).toEqual([]);
  });

  it('says when there is nothing, and why', async () => {
    expect((await on.ask(logsRead, { app: 'shop', process: 'worker' })).text).toContain(
      'No log lines of worker',
    );
    await expect(on.ask(logsRead, { app: 'empty' })).rejects.toMatchObject({ code: 'NOT_DEPLOYED' });
    await expect(on.ask(logsRead, { app: 'nope' })).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
  });
});
