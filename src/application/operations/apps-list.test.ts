import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { appsList } from './apps-list.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create blog', 'apps:create api'],
  });
});
afterEach(() => on.close());

const names = (data: { apps: { name: string }[] }) => data.apps.map(({ name }) => name);

describe('apps_list', () => {
  it('lists all apps with what is known of them, sorted', async () => {
    const { data, text, untrusted } = await on.ask(appsList, {});
    expect(names(data)).toEqual(['api', 'blog', 'shop']);
    expect(data).toMatchObject({ total: 3, age_s: 0 });
    expect(data.apps[2]).toMatchObject({
      state: 'deployed',
      source: { kind: 'image', location: 'demo/web:1' },
      last_build: { status: 'succeeded', via: 'git:from-image' },
    });
    expect(text).toBe('3 apps.');
    expect(untrusted?.split('\n')).toHaveLength(4);
    expect(on.wire.changes()).toEqual([]);
  });

  it('walks all pages without a gap or a repetition, at any page size', async () => {
    for (const limit of [1, 2, 3, 4]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { data } = await on.ask(appsList, { limit, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...names(data));
        cursor = data.next_cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(['api', 'blog', 'shop']);
    }
  });

  it('filters by a part of the name', async () => {
    expect(names((await on.ask(appsList, { filter: 'o' })).data)).toEqual(['blog', 'shop']);
    const none = await on.ask(appsList, { filter: 'zzz' });
    expect(none).toMatchObject({
      data: { apps: [], total: 0 },
      text: 'No app matches. Create one with apps_create.',
    });
  });

  it('refuses a cursor that is not of this list', async () => {
    await expect(on.ask(appsList, { cursor: 'gone' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: 'Start again without a cursor.',
    });
  });

  it('never asks for one app at a time', async () => {
    await on.ask(appsList, {});
    expect(on.wire.argv.filter((words) => words.includes('shop'))).toEqual([]);
  });
});
