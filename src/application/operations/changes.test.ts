import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import type { Change } from '../operation.ts';
import { appsCreate, appsDestroy, appsSet } from './apps.ts';
import { changesList, changeUndo } from './changes.ts';
import { configSet } from './config-set.ts';
import { deployStart } from './deploy.ts';
import { domainsSet } from './domains.ts';
import { portsSet } from './ports.ts';
import { psControl, psScale } from './ps.ts';
import { psSet } from './ps-set.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'git:from-image shop demo/web:1',
      'config:set --no-restart shop OLD=first-old-value',
    ],
  });
});
afterEach(() => on.close());

/** The newest change, by its id. */
const newest = async () => (await on.ask(changesList, {})).data.changes[0]?.id ?? '';
/** What of the app these changes are about; Dokku itself writes some variables. */
function state() {
  const { config, domains, scale, resources, locked, source, restore } = on.app('shop');
  const own = [...config].filter(([key]) => !/^(?:NO_VHOST|GIT_REV|DOKKU_)/.test(key));
  return structuredClone({
    config: new Map(own),
    domains: domains.names,
    scale,
    resources,
    locked,
    source: source.deployMetadata,
    restore,
  });
}

const undoable: readonly [string, Change, Record<string, unknown>][] = [
  [
    'config_set of an old and a new key',
    configSet,
    { app: 'shop', values: { OLD: 'second-value', NEW: 'new-secret' } },
  ],
  ['config_set unsetting', configSet, { app: 'shop', unset: ['OLD'], restart: false }],
  ['domains_set', domainsSet, { app: 'shop', action: 'set', domains: ['a.example.com', 'b.example.com'] }],
  ['ps_scale', psScale, { app: 'shop', processes: { web: 3 } }],
  ['ps_control stop', psControl, { app: 'shop', action: 'stop' }],
  [
    'ps_set',
    psSet,
    { app: 'shop', limit: { memory: '512m', cpu: '2' }, checks: 'disable', wait_to_retire: 30 },
  ],
  ['apps_set lock', appsSet, { app: 'shop', action: 'lock' }],
  ['deploy_start', deployStart, { app: 'shop', image: 'demo/web:2' }],
];

describe('change_undo', () => {
  it.each(undoable)('takes back %s, and the taking back too', async (_what, change, input) => {
    const before = state();
    await on.apply(change, input);
    const changed = state();
    expect(changed).not.toEqual(before);
    const id = await newest();
    await on.apply(changeUndo, { id });
    expect(state()).toEqual(before);
    await on.apply(changeUndo, { id: await newest() });
    expect(state()).toEqual(changed);
  });

  it('takes back port mappings', async () => {
    const mappings = async () =>
      (await on.client.execute({ name: 'ports:report', args: ['shop', '--ports-map'] })).stdout;
    const before = await mappings();
    await on.apply(portsSet, { app: 'shop', action: 'add', ports: ['http:8080:5000'] });
    await on.apply(changeUndo, { id: await newest() });
    expect(await mappings()).toBe(before);
  });

  it('takes back a rename, and a new app only with the consent of a person', async () => {
    await on.apply(appsSet, { app: 'shop', action: 'rename', new_name: 'store' });
    await on.apply(changeUndo, { id: await newest() });
    expect([...on.host.apps.keys()]).toEqual(['shop']);
    await on.apply(appsCreate, { app: 'new' });
    const id = await newest();
    const undo = on.executor.run(changeUndo, on.call(changeUndo, { id }), on.context);
    await expect(undo).rejects.toMatchObject({
      code: 'CONFIRMATION_REQUIRED',
      details: { typedName: 'new' },
    });
    await on.apply(changeUndo, { id });
    expect(on.host.apps.has('new')).toBe(false);
  });

  it('refuses when the state moved since, and shows how', async () => {
    await on.apply(domainsSet, { app: 'shop', action: 'add', domains: ['a.example.com'] });
    const id = await newest();
    await on.given('domains:add shop other.example.com');
    await expect(on.plan(changeUndo, { id })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('the state moved since: domains: other.example.com added'),
    });
    const sent = on.wire.changes().length;
    await expect(on.apply(changeUndo, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(on.wire.changes()).toHaveLength(sent);
  });

  it('does not show a value of what moved', async () => {
    await on.apply(configSet, { app: 'shop', values: { OLD: 'second-value' }, restart: false });
    const id = await newest();
    await on.given('config:set --no-restart shop OLD=third-value');
    await expect(on.plan(changeUndo, { id })).rejects.toMatchObject({
      message: expect.stringContaining('variables.OLD has another value'),
    });
  });

  it('refuses what has no way back, what was taken back already, and what is not there, and says why', async () => {
    await on.given('apps:create doomed');
    await on.apply(appsDestroy, { app: 'doomed' });
    await expect(on.plan(changeUndo, { id: await newest() })).rejects.toMatchObject({
      message: expect.stringContaining('What a destroyed app held is gone for good'),
    });
    await on.apply(appsSet, { app: 'shop', action: 'lock' });
    const id = await newest();
    await on.apply(changeUndo, { id });
    await expect(on.plan(changeUndo, { id })).rejects.toMatchObject({
      message: expect.stringContaining('it was taken back already'),
    });
    await expect(on.plan(changeUndo, { id: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('changes_list', () => {
  it('shows changes newest first, page by page, with their way back or why there is none', async () => {
    await on.apply(appsSet, { app: 'shop', action: 'lock' });
    await on.apply(appsCreate, { app: 'new' });
    await on.apply(psControl, { app: 'shop', action: 'restart' });
    const { data, text } = await on.ask(changesList, { limit: 2 });
    expect(data.changes.map(({ summary, result }) => [summary, result])).toEqual([
      ['Restart shop', 'applied'],
      ['Create the app new', 'applied'],
    ]);
    expect(data.changes[0]?.why_not).toContain('restart');
    expect(data.changes[1]?.undo).toEqual(['dokku --force apps:destroy new']);
    expect(text).toContain('cursor');
    const rest = await on.ask(changesList, { cursor: data.next, limit: 2 });
    expect(rest.data.changes.map(({ summary }) => summary)).toEqual(['Lock the app shop']);
    const one = await on.ask(changesList, { app: 'new' });
    expect(one.data.changes).toHaveLength(1);
  });

  it('keeps old values sealed', async () => {
    await on.apply(configSet, { app: 'shop', values: { OLD: 'second-secret-value' }, restart: false });
    const folder = join(on.folder, 'logs', 'changes');
    const files = await readdir(folder);
    const log = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('');
    expect(log).toContain('config_set');
    for (const value of ['first-old-value', 'second-secret-value']) expect(log).not.toContain(value);
  });
});
