import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { portsSet } from './ports.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'git:from-image shop demo/web:1',
      'ports:set shop http:80:5000',
      'apps:create bare',
    ],
  });
});
afterEach(() => on.close());

describe('ports_set plans', () => {
  it.each([
    ['add', ['http:81:5000'], 'ports:add', ['shop', 'http:81:5000']],
    ['remove', ['http:80:5000'], 'ports:remove', ['shop', 'http:80:5000']],
    ['set', ['http:82:5000'], 'ports:set', ['shop', 'http:82:5000']],
    ['clear', [], 'ports:clear', ['shop']],
  ] as const)('%s %j, with the mappings of before as the way back', async (action, ports, name, args) => {
    expect(await on.plan(portsSet, { app: 'shop', action, ports: [...ports] })).toMatchObject({
      effect: 'disruptive',
      commands: [{ name, args }],
      inverse: [{ name: 'ports:set', args: ['shop', 'http:80:5000'] }],
    });
  });

  it('clearing as the way back where there was none', async () => {
    const plan = await on.plan(portsSet, { app: 'bare', action: 'add', ports: ['http:80:5000'] });
    expect(plan.inverse).toEqual([{ name: 'ports:clear', args: ['bare'] }]);
  });

  it.each([
    [{ action: 'clear', ports: ['http:80:5000'] }, 'clear takes none'],
    [{ action: 'set', ports: [] }, 'set needs at least one'],
    [{ action: 'remove', ports: ['tcp:1:1'] }, 'There is no port mapping "tcp:1:1"'],
  ] as const)('nothing of %j', async ({ action, ports }, words) => {
    await expect(on.plan(portsSet, { app: 'shop', action, ports: [...ports] })).rejects.toThrow(words);
  });
});

describe('ports_set', () => {
  it('applies and reads back, with a warning of a port where nothing listens', async () => {
    const good = await on.apply(portsSet, { app: 'shop', action: 'add', ports: ['http:81:5000'] });
    expect(good.answer?.data).toEqual({ app: 'shop', ports: ['http:80:5000', 'http:81:5000'], warnings: [] });
    const deaf = await on.apply(portsSet, { app: 'shop', action: 'set', ports: ['http:80:9999'] });
    expect(deaf.answer?.text).toContain('nothing is known to listen on container port 9999');
  });

  it.each([
    ['add', ['http:81:5000']],
    ['remove', ['http:80:5000']],
    ['set', ['http:82:5000']],
    ['clear', []],
  ] as const)('finds that %s %j did not happen', async (action, ports) => {
    await expect(on.readBack(portsSet, { app: 'shop', action, ports: [...ports] })).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
  });
});
