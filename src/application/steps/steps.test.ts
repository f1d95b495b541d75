import { describe, expect, it } from 'vitest';
import { DomainError } from '../../domain/errors.ts';
import type { Answer } from '../operation.ts';
import { operations } from '../operations/index.ts';
import { type Call, type Outcome, pipeline, type Step } from '../pipeline.ts';
import { Secrets } from '../secrets.ts';
import { isAllowed, policy } from './policy.ts';
import { redact } from './redact.ts';
import { untrusted } from './untrusted.ts';

function call(name: string, mode: Call['mode'] = 'apply'): Call {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  const signal = new AbortController().signal;
  return { operation, input: {}, host: 'sim', actor: 'test', mode, signal, progress: () => undefined };
}
const answering = (answer: Answer<unknown>) => async (): Promise<Outcome> => ({ answer });

describe('pipeline', () => {
  it('runs the steps outermost first, each once', async () => {
    const order: string[] = [];
    const step =
      (name: string): Step =>
      async (_call, next) => {
        order.push(`>${name}`);
        const outcome = await next();
        order.push(`<${name}`);
        return outcome;
      };
    const run = pipeline([step('a'), step('b')], async () => {
      order.push('work');
      return {};
    });
    await run(call('apps_list'));
    expect(order).toEqual(['>a', '>b', 'work', '<b', '<a']);
  });

  it('rejects when a step throws at once, and goes no further', async () => {
    let worked = false;
    const run = pipeline([policy({ readOnly: true })], async () => {
      worked = true;
      return {};
    });
    await expect(run(call('apps_create'))).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(worked).toBe(false);
  });
});

describe('policy', () => {
  it.each(operations.map((operation) => [operation.name, operation.kind] as const))(
    'lists %s (%s) where it may be called',
    async (name, kind) => {
      for (const readOnly of [true, false]) {
        const listed = isAllowed(call(name).operation, { readOnly });
        expect(listed).toBe(kind === 'query' || !readOnly);
        const run = pipeline([policy({ readOnly })], async () => ({}));
        if (listed) await expect(run(call(name))).resolves.toEqual({});
        else await expect(run(call(name))).rejects.toMatchObject({ code: 'POLICY_DENIED' });
        await expect(run(call(name, 'plan'))).resolves.toEqual({});
      }
    },
  );
});

describe('redact', () => {
  const secrets = new Secrets();
  secrets.learn(['tok-4711-abc']);
  const step = redact(() => secrets);
  const masked = (work: () => Promise<Outcome>) => step(call('apps_list'), work);

  it('masks answers and plans', async () => {
    const answer = { data: { a: ['x tok-4711-abc'] }, text: 'tok-4711-abc', untrusted: 'a tok-4711-abc b' };
    expect(await masked(answering(answer))).toEqual({
      answer: { data: { a: ['x ********'] }, text: '********', untrusted: 'a ******** b' },
    });
  });

  it('leaves what is revealed on purpose', async () => {
    const answer = { data: 'tok-4711-abc', text: 'tok-4711-abc', revealed: true };
    expect(await masked(answering(answer))).toEqual({ answer });
  });

  it('masks message, remedy and details of a failure and keeps its code', async () => {
    const failing = masked(async () => {
      throw new DomainError('UNEXPECTED_OUTPUT', {
        command: 'x',
        reason: 'at tok-4711-abc',
        excerpt: '"tok-4711-abc"',
      });
    });
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'UNEXPECTED_OUTPUT',
      message: expect.stringContaining('at ********'),
    });
    const { message, remedy, details } = error as DomainError;
    expect(JSON.stringify([message, remedy, details])).not.toContain('tok-4711-abc');
    expect(remedy).toContain('(14 characters that may hold secrets, not shown)');
  });

  it('passes on what is no failure of the table', async () => {
    const fault = new TypeError('ours');
    await expect(masked(async () => Promise.reject(fault))).rejects.toBe(fault);
  });
});

describe('untrusted', () => {
  const step = untrusted();
  const clean = (answer: Answer<unknown>) => step(call('apps_list'), answering(answer));
  const evil = '\u001b[2Jred\u202e \u200bhttps://u:pass@h/x';

  it('cleans every text of an answer, marked or not', async () => {
    const shown = 'red https://u:pass@h/x';
    expect(await clean({ data: { a: [evil] }, text: evil, untrusted: evil })).toEqual({
      answer: { data: { a: [shown] }, text: shown, untrusted: shown },
    });
    expect(await clean({ data: { cron: evil }, text: 'x' })).toEqual({
      answer: { data: { cron: shown }, text: 'x' },
    });
  });

  it('runs before masking, so that no secret hides behind a control character', async () => {
    const secrets = new Secrets();
    secrets.learn(['tok-4711-abc']);
    const run = pipeline(
      [redact(() => secrets), step],
      answering({ data: null, text: 'tok-\u200b4711-abc' }),
    );
    expect(await run(call('apps_list'))).toEqual({ answer: { data: null, text: '********' } });
  });

  it('leaves plans and revealed values byte for byte', async () => {
    expect(await step(call('apps_list'), async () => ({}))).toEqual({});
    const answer = { data: 'a\r\nb\u200b', text: 'x', revealed: true };
    expect(await clean(answer)).toEqual({ answer });
  });
});
