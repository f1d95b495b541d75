import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { domainsSet } from './domains.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'domains:set shop a.example b.example'] });
});
afterEach(() => on.close());

describe('domains_set plans', () => {
  it.each([
    ['add', ['c.example'], 'domains:add', ['shop', 'c.example']],
    ['remove', ['a.example'], 'domains:remove', ['shop', 'a.example']],
    ['set', ['x.example'], 'domains:set', ['shop', 'x.example']],
    ['clear', [], 'domains:clear', ['shop']],
  ] as const)('%s %j, with the domains of before as the way back', async (action, domains, name, args) => {
    expect(await on.plan(domainsSet, { app: 'shop', action, domains: [...domains] })).toMatchObject({
      effect: 'reversible',
      app: 'shop',
      commands: [{ name, args }],
      inverse: [{ name: 'domains:set', args: ['shop', 'a.example', 'b.example'] }],
      facts: { app: 'shop', domains: ['a.example', 'b.example'] },
    });
  });

  it('the global domains of the host, which have no app to lock', async () => {
    const plan = await on.plan(domainsSet, { action: 'add', domains: ['Example.COM.'] });
    expect(plan).toMatchObject({
      commands: [{ name: 'domains:add-global', args: ['example.com'] }],
      inverse: [{ name: 'domains:clear-global', args: [] }],
    });
    expect(plan.app).toBeUndefined();
  });

  it.each([
    [{ app: 'shop', action: 'clear', domains: ['a.example'] }, 'clear takes none'],
    [{ app: 'shop', action: 'add' }, 'add needs at least one'],
    [{ app: 'shop', action: 'remove', domains: ['z.example'] }, 'There is no domain of this app "z.example"'],
    [{ app: 'nope', action: 'add', domains: ['a.example'] }, 'no app named "nope"'],
  ] as const)('nothing of %j', async (input, words) => {
    await expect(on.plan(domainsSet, { domains: [], ...input } as never)).rejects.toThrow(words);
  });
});

describe('domains_set', () => {
  it('applies and reads back', async () => {
    const { answer } = await on.apply(domainsSet, { app: 'shop', action: 'set', domains: ['c.example'] });
    expect(answer?.data).toEqual({ app: 'shop', domains: ['c.example'] });
    expect(on.app('shop').domains.names).toEqual(['c.example']);
    const global = await on.apply(domainsSet, { action: 'set', domains: ['host.example'] });
    expect(global.answer?.data).toEqual({ domains: ['host.example'] });
  });

  it.each([
    ['add', ['c.example']],
    ['remove', ['a.example']],
    ['set', ['a.example']],
    ['clear', []],
  ] as const)('finds that %s %j did not happen', async (action, domains) => {
    await expect(
      on.readBack(domainsSet, { app: 'shop', action, domains: [...domains] }),
    ).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });
});
