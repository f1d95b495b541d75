import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { reading } from './reading.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ given: ['apps:create shop', 'config:set --no-restart shop A=b'] });
});
afterAll(() => bench.close());

it('reads, also values', async () => {
  const there = reading(bench.context);
  expect((await there.client.execute({ name: 'apps:exists', args: ['shop'] })).exit).toBe(0);
  expect((await there.config.getAll('shop')).get('A')).toBe('b');
});

it('sends no change and starts no job, and says why', async () => {
  const there = reading(bench.context);
  const command = { name: 'ps:restart', args: ['shop'] };
  const refused = { code: 'POLICY_DENIED', message: expect.stringContaining('may only read this one') };
  await expect(there.client.execute(command)).rejects.toMatchObject(refused);
  await expect(there.client.execute({ name: 'ps:scale', args: ['shop', 'web=2'] })).rejects.toMatchObject(
    refused,
  );
  const job = { host: 'sim', app: 'shop', source: { kind: 'rebuild' as const }, command, actor: 'test' };
  await expect(there.deployments.start(job)).rejects.toMatchObject(refused);
  expect(bench.wire.changes()).toEqual([]);
});
