import { describe, expect, it } from 'vitest';
import type { StateStore } from '../../src/application/ports.ts';

/** What every state store promises; `open` gives a fresh, empty one, `reopen` another view of the same state. */
export function stateStoreContract(
  name: string,
  make: () => Promise<{ open: () => StateStore; cleanUp: () => Promise<void> }>,
): void {
  describe(`${name} keeps the contract of StateStore`, () => {
    const withStore = async (check: (store: StateStore, reopen: () => StateStore) => Promise<void>) => {
      const { open, cleanUp } = await make();
      try {
        await check(open(), open);
      } finally {
        await cleanUp();
      }
    };

    it('answers nothing for what was never written', () =>
      withStore(async (store) => {
        expect(await store.read('none')).toEqual([]);
        expect(await store.get('none')).toBeUndefined();
        expect(await store.list('')).toEqual([]);
        await store.delete('none');
      }));

    it('keeps records in the order in which they were appended, for every view', () =>
      withStore(async (store, reopen) => {
        for (let index = 0; index < 20; index++) {
          await store.append('log/a', { index, text: 'zwei\nZeilen ☃' }, { sync: index % 2 === 0 });
        }
        const indices = (await reopen().read('log/a')).map((record) => (record as { index: number }).index);
        expect(indices).toEqual(Array.from({ length: 20 }, (_, index) => index));
        expect(await store.read('log/b')).toEqual([]);
      }));

    it('loses no record of writers that append at once', () =>
      withStore(async (store, reopen) => {
        const other = reopen();
        const text = 'x'.repeat(3000);
        await Promise.all(
          Array.from({ length: 60 }, (_, index) =>
            (index % 2 === 0 ? store : other).append('busy', { index, text }),
          ),
        );
        const seen = (await store.read('busy')).map((record) => (record as { index: number }).index);
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index));
      }));

    it('puts, replaces, lists by prefix and deletes documents', () =>
      withStore(async (store, reopen) => {
        await store.put('plans/1', { a: 1 });
        await store.put('plans/1', { a: 2 });
        await store.put('plans/2', [true, null]);
        await store.put('other', 'text');
        expect(await reopen().get('plans/1')).toEqual({ a: 2 });
        expect(await store.list('plans/')).toEqual(['plans/1', 'plans/2']);
        expect(await store.list('')).toEqual(['other', 'plans/1', 'plans/2']);
        await store.delete('plans/1');
        expect(await reopen().list('plans/')).toEqual(['plans/2']);
        expect(await store.get('plans/1')).toBeUndefined();
      }));

    it('takes any key without leaving its place, and gives it back', () =>
      withStore(async (store) => {
        const keys = ['../up', 'a/../../b', '.hidden', 'blank and ☃', 'con:1', 'a.b', 'UPPER'];
        for (const key of keys) await store.put(key, { key });
        expect((await store.list('')).sort()).toEqual([...keys].sort());
        for (const key of keys) expect(await store.get(key)).toEqual({ key });
      }));

    it('refuses keys with an empty part and values that are not JSON', () =>
      withStore(async (store) => {
        await expect(store.put('a//b', 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await expect(store.put('', 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await expect(store.append('log', undefined)).rejects.toThrow(TypeError);
      }));
  });
}
