import { describe, expect, it } from 'vitest';
import { DomainError } from '../../domain/errors.ts';
import { Catalogue } from '../../infrastructure/dokku/catalogue/catalogue.ts';
import { operations } from '../operations/index.ts';
import { type Call, pipeline } from '../pipeline.ts';
import { deadline, type Timer } from './deadline.ts';
import { type Kind, type RateLimiter, rateLimit } from './rate-limit.ts';

function call(name: string, more: Partial<Call> = {}): Call {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  const { signal } = new AbortController();
  return {
    operation,
    input: {},
    host: 'sim',
    actor: 'a client',
    mode: 'apply',
    signal,
    progress: () => undefined,
    ...more,
  };
}

describe('rateLimit', () => {
  const taken: [string, Kind][] = [];
  const limiter: RateLimiter = {
    take: async (client, kind) => {
      taken.push([client, kind]);
      return kind === 'destructive' ? 1_200 : undefined;
    },
  };
  const step = rateLimit(limiter, new Catalogue());
  const run = pipeline([step], async () => ({}));

  it.each([
    ['apps_list', {}, 'reads'],
    ['config_set', {}, 'changes'],
    ['config_set', { mode: 'plan' }, 'reads'],
    ['apps_destroy', { mode: 'plan' }, 'reads'],
    ['services_set', { input: { action: 'link' } }, 'changes'],
    ['command_execute', { input: { name: 'nginx:set', args: ['shop', 'hsts', 'true'] } }, 'changes'],
  ] as const)('counts %s %j as %s', async (name, more, kind) => {
    taken.length = 0;
    await run(call(name, more));
    expect(taken).toEqual([['a client', kind]]);
  });

  it('refuses with the seconds to wait, and nothing is done', async () => {
    let done = false;
    const refusing = pipeline([step], async () => {
      done = true;
      return {};
    });
    const error = await refusing(call('apps_destroy')).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      details: { kind: 'destructive', retry_after_seconds: 2 },
      message: 'This client has called too often (destructive); in 2 s it may again. Nothing was sent.',
    });
    expect(done).toBe(false);
  });

  it.each([
    ['services_set', { action: 'destroy' }],
    ['certs_set', { action: 'remove' }],
    ['command_execute', { name: 'apps:destroy', args: ['shop'] }],
  ])('counts %s %j as destructive', async (name, input) => {
    await expect(run(call(name, { input }))).rejects.toMatchObject({ details: { kind: 'destructive' } });
  });

  it('counts a change once: what a person agreed to was counted when they were asked', async () => {
    taken.length = 0;
    await run(call('apps_destroy', { confirmation: { digest: 'd' } }));
    expect(taken).toEqual([]);
  });
});

describe('deadline', () => {
  const late = new AbortController();
  let stopped = 0;
  const timer: Timer = (ms) => {
    expect(ms).toBe(5_000);
    const stop = (): void => {
      stopped += 1;
    };
    return { signal: late.signal, stop };
  };
  const waiting = pipeline(
    [deadline(5_000, timer)],
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        const fail = () => reject(new DomainError('CANCELLED', { command: 'logs', sent: true }));
        signal.addEventListener('abort', fail);
        if (signal.aborted) fail();
      }),
  );

  it('ends a query that takes too long, and says so', async () => {
    const answer = waiting(call('logs_read'));
    late.abort();
    await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT', details: { command: 'logs', ms: 5_000 } });
    expect(stopped).toBe(1);
  });

  it('hands the cancellation of the caller on as what it is', async () => {
    const quiet = pipeline(
      [deadline(5_000, () => ({ signal: new AbortController().signal, stop: () => undefined }))],
      async ({ signal }) => {
        signal.throwIfAborted();
        return {};
      },
    );
    const caller = new AbortController();
    caller.abort();
    await expect(quiet(call('logs_read', { signal: caller.signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('leaves changes alone', async () => {
    const { signal } = new AbortController();
    let seen: AbortSignal | undefined;
    const run = pipeline([deadline(5_000, timer)], async (given) => {
      seen = given.signal;
      return {};
    });
    await run(call('config_set', { signal }));
    expect(seen).toBe(signal);
  });
});
