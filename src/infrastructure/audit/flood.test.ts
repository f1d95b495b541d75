import { expect, it } from 'vitest';
import type { AuditNote } from '../../application/ports.ts';
import { Flood } from './flood.ts';

const note: AuditNote = {
  phase: 'refused',
  host: 'main',
  operation: 'apps_destroy',
  app: 'shop',
  actor: 'ann',
  code: 'POLICY_DENIED',
};

it('lets the first ones of each kind through and counts the others', () => {
  const flood = new Flood();
  const alone = Array.from({ length: 25 }, () => flood.take(note, 0).alone);
  expect(alone.filter(Boolean)).toHaveLength(10);
  expect(flood.take({ ...note, actor: 'bob' }, 59_999)).toEqual({ over: [], alone: true });
  const other = { ...note, actor: 'eve' };
  expect(flood.take(other, 60_000)).toEqual({ over: [{ note, count: 15 }], alone: true });
  expect(flood.flush()).toEqual([]);
});

it('names the app only where all were about it', () => {
  const flood = new Flood();
  for (let index = 0; index < 12; index++) flood.take({ ...note, app: `app-${index}` }, 0);
  const { app: _app, ...rest } = note;
  expect(flood.flush()).toEqual([{ note: rest, count: 2 }]);
});

it('stays small, whatever is made up', () => {
  const flood = new Flood();
  const alone = Array.from(
    { length: 5_000 },
    (_, index) => flood.take({ ...note, actor: `a${index}` }, 0).alone,
  );
  expect(alone.filter(Boolean)).toHaveLength(50);
  expect(flood.flush()).toMatchObject([{ note: { actor: '*', host: '*', operation: '*' }, count: 4_950 }]);
});
