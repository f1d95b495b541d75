import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { FileLocks } from '../infrastructure/state/file-locks.ts';
import { FileStore } from '../infrastructure/state/file-store.ts';
import { useAnswer } from './consenting.ts';

const HOUR = 3_600_000;
let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consent-'));
  clock = new ManualClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const state = () => new FileStore(folder);
const use = (id: string) =>
  useAnswer(id, 'Destroy shop', { locks: new FileLocks(folder), state: state(), clock });

describe('the answer of a person', () => {
  it('is taken once, and remembered as long as its question could be asked', async () => {
    await use('a');
    clock.advance(HOUR);
    await expect(use('a')).rejects.toMatchObject({ code: 'CONFIRMATION_DECLINED' });
    clock.advance(22 * HOUR);
    await use('b');
    expect(await state().list('answers/')).toEqual(['answers/a', 'answers/b']);
    clock.advance(2 * HOUR);
    await use('c');
    expect(await state().list('answers/')).toEqual(['answers/b', 'answers/c']);
  });

  it('of an earlier version is forgotten a day after it was seen', async () => {
    await state().put('answers/old', {});
    await use('a');
    await expect(use('old')).rejects.toMatchObject({ code: 'CONFIRMATION_DECLINED' });
    clock.advance(25 * HOUR);
    await use('b');
    expect(await state().list('answers/')).toEqual(['answers/b']);
  });
});
