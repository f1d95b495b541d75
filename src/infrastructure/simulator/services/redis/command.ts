import type { KeyStore, KeyValue } from './keys.ts';

/** A server's answer: a text, a number, nothing, a list, or an error. */
export type Reply = string | number | null | readonly Reply[] | { readonly error: string };

/** The keys and the time that a command works on. */
export interface Call {
  readonly store: KeyStore;
  readonly now: number;
}

/** A command: how many arguments it takes, and what it answers. */
export type Command = {
  readonly arity: readonly [number, number];
  readonly run: (call: Call, args: string[]) => Reply;
};

export const WRONG_TYPE = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };

type Typed<T extends KeyValue['type']> = Extract<KeyValue, { type: T }>;

/** The key's value of that type, a fresh one where there is none, or undefined where it holds another. */
function typed<T extends KeyValue['type']>(
  store: KeyStore,
  key: string,
  type: T,
  fresh: Typed<T>,
): Typed<T> | undefined {
  const value = store.keys.get(key);
  if (value === undefined) return fresh;
  return value.type === type ? (value as Typed<T>) : undefined;
}

export const text = (store: KeyStore, key: string): Typed<'string'> | undefined =>
  typed(store, key, 'string', { type: 'string', text: '' });
export const list = (store: KeyStore, key: string): Typed<'list'> | undefined =>
  typed(store, key, 'list', { type: 'list', items: [] });
export const members = (store: KeyStore, key: string): Typed<'set'> | undefined =>
  typed(store, key, 'set', { type: 'set', items: new Set() });
export const hash = (store: KeyStore, key: string): Typed<'hash'> | undefined =>
  typed(store, key, 'hash', { type: 'hash', fields: new Map() });
