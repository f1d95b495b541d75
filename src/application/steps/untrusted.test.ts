import { expect, it } from 'vitest';
import type { Call, Outcome } from '../pipeline.ts';
import { untrusted } from './untrusted.ts';

const through = (outcome: Outcome) => untrusted()({} as Call, async () => outcome);

it('cleans what comes from the host, in the text and in the data', async () => {
  const dirty = 'a\u001b[31mb\u202e \u{e0041}postgres://me:hunter2@db/x';
  const { answer } = await through({
    answer: { data: { stdout: dirty, list: [dirty, 7] }, text: dirty, untrusted: dirty },
  });
  const clean = 'ab postgres://me:hunter2@db/x';
  expect(answer).toEqual({ data: { stdout: clean, list: [clean, 7] }, text: clean, untrusted: clean });
});

it('cleans every field, for any of them may come from the host', async () => {
  const { answer } = await through({ answer: { data: { cron: 'a\u0007b' }, text: 'x\u200by' } });
  expect(answer).toEqual({ data: { cron: 'ab' }, text: 'xy' });
});

it('leaves revealed values exact, and cleans the text around them', async () => {
  const { answer } = await through({
    answer: { data: { value: 'a\u0007' }, text: 'x\u0007', revealed: true },
  });
  expect(answer).toEqual({ data: { value: 'a\u0007' }, text: 'x', revealed: true });
});

it('leaves an outcome without an answer alone', async () => {
  const outcome = {};
  expect(await through(outcome)).toBe(outcome);
});
