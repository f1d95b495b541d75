import { expect, it } from 'vitest';
import { StdinFeed } from './stdin-feed.ts';

const nothing = { ready: () => undefined, failed: () => undefined };
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('hands out bytes in parts and ends with the last one', () => {
  const feed = new StdinFeed(Buffer.from('abcde'), nothing);
  expect([feed.take(3), feed.ended, feed.take(3), feed.ended].map(String)).toEqual([
    'abc',
    'false',
    'de',
    'true',
  ]);
  expect(new StdinFeed(new Uint8Array(), nothing).ended).toBe(true);
});

it('asks a source for the next piece only when the one in hand is used up', async () => {
  const given: string[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const piece of ['abc', '', 'de']) {
      given.push(piece);
      yield Buffer.from(piece);
    }
  }
  let taken = '';
  const feed: StdinFeed = new StdinFeed(source(), { ...nothing, ready: () => take() });
  const take = (): void => {
    for (let part = feed.take(2); part !== undefined; part = feed.take(2)) taken += part;
  };
  expect(feed.take(2)).toBeUndefined();
  await turn();
  expect([taken, given.length > 0, feed.ended]).toEqual(['abcde', true, true]);
});

it('tells when the source breaks off, and never that it has ended', async () => {
  const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('disk')) }) };
  const told: unknown[] = [];
  const feed = new StdinFeed(broken, {
    ready: () => told.push('ready'),
    failed: (error) => told.push(error),
  });
  expect(feed.take(1)).toBeUndefined();
  await turn();
  expect(told).toEqual([new Error('disk')]);
});

it('lets the source go when nobody reads any longer', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('a');
      yield Buffer.from('b');
    } finally {
      closed = true;
    }
  }
  const feed = new StdinFeed(source(), nothing);
  feed.take(1);
  await turn();
  feed.discard();
  await turn();
  expect(closed).toBe(true);
});
