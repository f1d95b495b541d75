import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../test/support/context.ts';
import { DomainError } from '../domain/errors.ts';
import { Repeat } from './once.ts';
import type { Change } from './operation.ts';
import { appsCreate, appsDestroy } from './operations/apps.ts';
import { configSet } from './operations/config-set.ts';
import { domainsSet } from './operations/domains.ts';
import type { Call } from './pipeline.ts';
import { checkMode } from './plans.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'apps:create shop-api'] });
});
afterEach(() => on.close());

const run = (
  change: Change,
  input: Record<string, unknown>,
  more: Partial<Call> = {},
  executor = on.executor,
) => executor.run(change, on.call(change, input, more), on.context);
const planned = async (change: Change, input: Record<string, unknown>) => {
  const { token } = await run(change, input, { mode: 'plan' });
  if (token === undefined) throw new Error('no token');
  return token;
};
async function failure(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) throw new Error(`not a DomainError: ${String(error)}`);
  return error;
}
const domain = { app: 'shop', action: 'add', domains: ['a.example.com'] };
const secret = { app: 'shop', values: { TOKEN: 'correct-horse-battery' } };

/** Everything that stands on disk below a folder. */
async function onDisk(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.key'));
  return (
    await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))
  ).join('\n');
}

describe('the token of a plan', () => {
  it('carries out exactly that plan, once, and then answers as the first time', async () => {
    const token = await planned(domainsSet, domain);
    expect(on.wire.changes()).toEqual([]);
    const first = await run(domainsSet, domain, { token });
    expect(first.answer?.data).toEqual({ app: 'shop', domains: ['a.example.com'] });
    const again = await run(domainsSet, domain, { token });
    expect(again).toMatchObject({ repeated: true, answer: { data: first.answer?.data } });
    expect(on.wire.changes()).toEqual(['domains:add shop a.example.com']);
  });

  it('is good for another process, before and after its use', async () => {
    const token = await planned(domainsSet, domain);
    expect((await run(domainsSet, domain, { token }, on.another().executor)).repeated).toBeUndefined();
    expect((await run(domainsSet, domain, { token }, on.another().executor)).repeated).toBe(true);
    expect(on.wire.changes()).toHaveLength(1);
  });

  it('answers with the failure of the first call too, and says that it is one', async () => {
    const token = await planned(domainsSet, domain);
    on.wire.before = ([name]) => {
      if (name === 'domains:add') throw new DomainError('USAGE', { command: 'domains:add', reason: 'no' });
    };
    expect((await failure(run(domainsSet, domain, { token }))).cause).not.toBeInstanceOf(Repeat);
    on.wire.before = () => undefined;
    const again = await failure(run(domainsSet, domain, { token }));
    expect(again.code).toBe('USAGE');
    expect(again.cause).toBeInstanceOf(Repeat);
    expect(on.wire.changes()).toEqual([]);
  });

  it('is not used up by a host that could not be reached', async () => {
    const token = await planned(domainsSet, domain);
    on.wire.before = ([name]) => {
      if (name === 'domains:add') throw new DomainError('HOST_UNREACHABLE', { host: 'sim', reason: 'gone' });
    };
    expect((await failure(run(domainsSet, domain, { token }))).code).toBe('HOST_UNREACHABLE');
    on.wire.before = () => undefined;
    expect((await run(domainsSet, domain, { token })).answer?.data).toMatchObject({
      domains: ['a.example.com'],
    });
  });

  it('is told to wait while the first call runs', async () => {
    const token = await planned(domainsSet, domain);
    let second: Promise<DomainError> | undefined;
    on.wire.before = ([name]) => {
      if (name === 'domains:add') second = failure(run(domainsSet, domain, { token }, on.another().executor));
    };
    await run(domainsSet, domain, { token });
    expect(await second).toMatchObject({ code: 'IN_PROGRESS', retryable: true });
    expect(on.wire.changes()).toHaveLength(1);
  });

  it('says what moved since, by name and never by value', async () => {
    const token = await planned(domainsSet, domain);
    await on.given('domains:add shop other.example.com');
    const stale = await failure(run(domainsSet, domain, { token }));
    expect(stale).toMatchObject({
      code: 'PLAN_STALE',
      details: { reason: 'domains: other.example.com (there was nothing)' },
    });
  });

  it('names the variables that moved', async () => {
    const token = await planned(configSet, secret);
    await on.given('config:set --no-restart shop OTHER=some-other-secret');
    const stale = await failure(run(configSet, secret, { token }));
    expect(stale.details).toEqual({ reason: 'variables.OTHER was added' });
  });

  it.each([
    ['other arguments', { ...domain, domains: ['b.example.com'] }, {}, 'the arguments are others'],
    ['another client', domain, { actor: 'someone' }, 'another client made it'],
    ['another host', domain, { host: 'other' }, 'it was made for the host sim'],
  ])('refuses %s', async (_what, input, more, reason) => {
    const token = await planned(domainsSet, domain);
    const refused = await failure(run(domainsSet, input, { token, ...more }));
    expect(refused).toMatchObject({ code: 'PLAN_MISMATCH', details: { reason } });
  });

  it('refuses another tool, and what is no plan', async () => {
    const token = await planned(domainsSet, domain);
    expect((await failure(run(appsCreate, { app: 'new' }, { token }))).code).toBe('PLAN_MISMATCH');
    expect((await failure(run(domainsSet, domain, { token: 'p-000000000000000000000' }))).code).toBe(
      'NOT_FOUND',
    );
    expect(() => checkMode('soon')).toThrow('is "apply", "plan" or the token of a plan');
    expect(checkMode(token)).toEqual({ mode: 'apply', token });
  });

  it('expires after an hour', async () => {
    const token = await planned(domainsSet, domain);
    await on.context.clock.sleep(3_600_001);
    expect((await failure(run(domainsSet, domain, { token }))).code).toBe('PLAN_EXPIRED');
    expect(on.wire.changes()).toEqual([]);
  });

  it('keeps generated values as they were planned, and no value on disk', async () => {
    const input = { app: 'shop', values: { ...secret.values, MADE: { generate: 40 } }, restart: false };
    const token = await planned(configSet, input);
    await run(configSet, input, { token });
    const made = on.app('shop').config.get('MADE') ?? '';
    expect(made).toMatch(/^[A-Za-z0-9]{40}$/);
    const other = await planned(configSet, { ...input, unset: [] });
    expect(other).not.toBe(token);
    const disk = await onDisk(on.folder);
    expect(disk).toContain(token);
    for (const value of [made, 'correct-horse-battery', 'Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5'])
      expect(disk).not.toContain(value);
  });
});

describe('an idempotency key', () => {
  const key = { idempotencyKey: 'from-the-client' };

  it('carries the same request out once in 24 hours', async () => {
    await run(domainsSet, domain, key);
    expect((await run(domainsSet, domain, key, on.another().executor)).repeated).toBe(true);
    expect(on.wire.changes()).toHaveLength(1);
    await on.context.clock.sleep(24 * 3_600_000);
    expect((await run(domainsSet, domain, key)).repeated).toBeUndefined();
    expect(on.wire.changes()).toHaveLength(2);
  });

  it('is refused for another request, and is another one for another client', async () => {
    await run(domainsSet, domain, key);
    const other = { ...domain, domains: ['b.example.com'] };
    expect((await failure(run(domainsSet, other, key))).code).toBe('CONFLICT');
    expect((await run(domainsSet, other, { ...key, actor: 'someone' })).repeated).toBeUndefined();
  });
});

describe('consent from another terminal', () => {
  const destroy = { app: 'shop' };
  const asked = async () => {
    const error = await failure(run(appsDestroy, destroy));
    return (error.details as { plan: string }).plan;
  };

  it('lets the token through, once, for exactly that plan', async () => {
    const token = await asked();
    expect((await failure(run(appsDestroy, destroy, { token }))).code).toBe('CONFIRMATION_REQUIRED');
    const other = on.another();
    expect((await other.plans.waiting()).map(({ id }) => id)).toEqual([token]);
    const wrong = failure(other.plans.decide(token, { approve: true, typedName: 'shop-api' }));
    expect((await wrong).code).toBe('CONFIRMATION_DECLINED');
    await other.plans.decide(token, { approve: true, typedName: 'shop' });
    expect(await other.plans.waiting()).toEqual([]);
    expect((await failure(other.plans.decide(token, { approve: false }))).code).toBe('CONFLICT');
    await run(appsDestroy, destroy, { token });
    expect(on.host.apps.has('shop')).toBe(false);
    await on.given('apps:create shop');
    expect((await run(appsDestroy, destroy, { token })).repeated).toBe(true);
    expect(on.host.apps.has('shop')).toBe(true);
  });

  it('is void when the state has moved, or when it was denied', async () => {
    const token = await asked();
    await on.plans.decide(token, { approve: true, typedName: 'shop' });
    on.app('shop').config.set('ADDED', 'meanwhile');
    expect((await failure(run(appsDestroy, destroy, { token }))).code).toBe('PLAN_STALE');
    const second = await asked();
    await on.plans.decide(second, { approve: false });
    expect((await failure(run(appsDestroy, destroy, { token: second }))).code).toBe('CONFIRMATION_DECLINED');
    expect(on.host.apps.has('shop')).toBe(true);
  });

  it('is not needed where the configuration lets a token stand for it, but a token is', async () => {
    const { executor } = on.another({ planTokens: true });
    const error = await failure(run(appsDestroy, destroy, {}, executor));
    expect(error.code).toBe('CONFIRMATION_REQUIRED');
    const { token = '' } = await run(appsDestroy, destroy, { mode: 'plan' }, executor);
    await run(appsDestroy, destroy, { token }, executor);
    expect(on.host.apps.has('shop')).toBe(false);
  });
});

describe('two similar names', () => {
  it('are shown apart', async () => {
    const { plan } = await run(appsDestroy, { app: 'shop' }, { mode: 'plan' });
    expect(plan).toMatchObject({ typedName: 'shop', notToConfuse: ['shop-api'] });
  });
});
