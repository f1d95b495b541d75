import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { readColumns } from './columns.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create b', 'apps:create a', 'ports:set a http:80:5000'] });
});
afterEach(() => on.close());

const columns = [
  { command: 'domains:report', key: '--domains-app-vhosts' },
  { command: 'ports:report', key: '--ports-map' },
];

it('joins the lines with the apps in their order', async () => {
  expect([...((await readColumns(on.client, columns)) ?? [])]).toEqual([
    ['a', [expect.any(String), 'http:80:5000']],
    ['b', [expect.any(String), '']],
  ]);
});

it('reads once more when an app came meanwhile', async () => {
  let made = false;
  on.wire.after = ([name]) => {
    if (name !== 'ports:report' || made) return;
    made = true;
    on.host.apps.set('c', { ...on.app('b'), name: 'c' });
  };
  expect([...((await readColumns(on.client, columns))?.keys() ?? [])]).toEqual(['a', 'b', 'c']);
  expect(on.wire.argv.filter(([name]) => name === 'ports:report')).toHaveLength(2);
});

it('gives up when apps come and go all the time, and never guesses', async () => {
  let count = 0;
  on.wire.after = ([name]) => {
    if (name !== 'ports:report') return;
    count += 1;
    on.host.apps.set(`c${count}`, { ...on.app('b'), name: `c${count}` });
  };
  expect(await readColumns(on.client, columns)).toBeUndefined();
});

it('asks for nothing on a host without apps', async () => {
  on.host.apps.clear();
  expect(await readColumns(on.client, columns)).toEqual(new Map());
  expect(on.wire.argv).toEqual([['apps:list']]);
});
