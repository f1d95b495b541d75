import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { storageInfo } from './storage-info.ts';
import { storageSet } from './storage-set.ts';

const ROOT = '/var/lib/dokku/data/storage';
let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create idle', 'storage:create data'],
  });
});
afterEach(() => on.close());
const mount = { action: 'mount' as const, source: 'data', app: 'shop', container_dir: '/data' };

describe('storage_set', () => {
  it('creates and destroys an entry; its files stay', async () => {
    const made = await on.apply(storageSet, { action: 'create', source: 'photos', chown: 'heroku' });
    expect(made.answer?.data).toMatchObject({ exists: true, mounts: [] });
    const plan = await on.plan(storageSet, { action: 'destroy', source: 'photos' });
    expect(plan).toMatchObject({ effect: 'destructive', typedName: 'photos' });
    expect(plan.consequences).toEqual([`Only the entry goes; the files stay in ${ROOT}/photos.`]);
    await on.apply(storageSet, { action: 'destroy', source: 'photos' });
    expect(on.host.directories.has(`${ROOT}/photos`)).toBe(true);
    expect(on.wire.changes()).toEqual(['storage:create --chown heroku photos', 'storage:destroy photos']);
  });

  it('mounts and unmounts with the restart that they need, each read back', async () => {
    const plan = await on.plan(storageSet, mount);
    expect(plan.commands.map(({ name }) => name)).toEqual(['storage:mount', 'ps:restart']);
    expect(plan.inverse).toEqual([
      { name: 'storage:unmount', args: ['--container-dir', '/data', 'shop', 'data'] },
    ]);
    const { answer } = await on.apply(storageSet, { ...mount, readonly: true });
    expect(answer?.data).toMatchObject({ mounts: [{ app: 'shop', container_dir: '/data', readonly: true }] });
    expect(answer?.text).toMatch(/^data: mounted shop at \/data, read back\. Restart succeeded/);
    await expect(on.plan(storageSet, mount)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(on.plan(storageSet, { action: 'destroy', source: 'data' })).rejects.toThrow(
      /mounted by shop/,
    );
    const gone = await on.apply(storageSet, { ...mount, action: 'unmount' });
    expect(gone.answer?.text).toMatch(/^data: mounted by no app, read back\. Restart succeeded/);
    expect(on.app('shop').mounts).toEqual([]);
  });

  it('mounts a directory by its path, and takes just that one away again', async () => {
    const source = `${ROOT}/photos`;
    await on.apply(storageSet, { ...mount, source, restart: false });
    await on.apply(storageSet, { ...mount, source, container_dir: '/other', restart: false });
    expect(on.wire.changes()).toEqual([
      `storage:mount shop ${source}:/data`,
      `storage:mount shop ${source}:/other`,
    ]);
    const unmount = { ...mount, action: 'unmount' as const, source, restart: false };
    await on.apply(storageSet, unmount);
    expect(on.app('shop').mounts.map(({ containerPath }) => containerPath)).toEqual(['/other']);
  });

  it('tells when another app has the files already', async () => {
    await on.apply(storageSet, { ...mount, restart: false });
    const plan = await on.plan(storageSet, { ...mount, app: 'idle' });
    expect(plan.consequences.join('\n')).toContain('shop mount it too');
    expect(plan.commands.map(({ name }) => name)).toEqual(['storage:mount']);
  });

  it.each([
    [{ ...mount, source: '/etc' }, /^source: only storage entries .* may be mounted/],
    [{ ...mount, source: `${ROOT}/../../../../etc` }, /^source: only storage entries/],
    [{ ...mount, source: `${ROOT}/a:/b` }, /^source: a path without : and blanks/],
    [{ ...mount, source: 'nosuch' }, /There is no storage entry "nosuch"/],
    [{ ...mount, app: 'absent' }, /no app named "absent"/],
    [{ action: 'mount', source: 'data', app: 'shop' }, /^container_dir: mount needs it/],
    [{ action: 'mount', source: 'data', container_dir: '/data' }, /^app: mount needs the app/],
    [{ ...mount, action: 'unmount' }, /There is no mount of shop "data at \/data"/],
    [{ action: 'create', source: 'Bad/Name' }, /^source: a new entry has a name of at most 45/],
    [{ action: 'create', source: 'data' }, /already taken/],
    [{ action: 'destroy', source: 'nosuch' }, /There is no storage entry/],
  ] as const)('refuses %j before anything is sent', async (input, reason) => {
    await expect(on.plan(storageSet, input)).rejects.toThrow(reason);
    expect(on.wire.changes()).toEqual([]);
  });

  it('a directory in the container is absolute', () => {
    for (const dir of ['data', '/', '/a b', '/a:b']) {
      expect(storageSet.input.safeParse({ ...mount, container_dir: dir }).success).toBe(false);
    }
  });

  it('is not believed when the host shows otherwise', async () => {
    const plan = await on.plan(storageSet, mount);
    await expect(on.readBack(storageSet, mount, plan)).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });
});

describe('storage_info', () => {
  it('shows over all apps what is mounted where, what is shared and what is left', async () => {
    await on.given(
      'storage:create spare',
      'storage:mount shop data --container-dir /data',
      'storage:mount idle data --container-dir /other',
    );
    on.wire.argv.length = 0;
    const { data, text } = await on.ask(storageInfo, {});
    expect(data.mounts).toHaveLength(2);
    expect(data.orphans).toEqual(['spare']);
    expect(data.shared).toEqual([{ source: `${ROOT}/data`, apps: ['idle', 'shop'] }]);
    expect(text).toContain(`idle and shop share ${ROOT}/data.`);
    const sent = on.wire.argv.map(([name]) => name).filter((name) => name !== 'version');
    expect(sent.sort()).toEqual(['storage:list-entries', 'storage:report']);
    expect((await on.ask(storageInfo, { app: 'idle' })).data.mounts).toMatchObject([
      { container_dir: '/other' },
    ]);
  });
});
