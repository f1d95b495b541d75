import { type Call, type Command, hash, list, members, type Reply, WRONG_TYPE } from './command.ts';

const many = Number.POSITIVE_INFINITY;

/** Removes the key when nothing is left of it, as redis does. */
function tidy({ store }: Call, key: string, left: number): void {
  if (left === 0) store.keys.delete(key);
}

function removeFields(call: Call, [key = '', ...names]: string[]): Reply {
  const value = hash(call.store, key);
  if (value === undefined) return WRONG_TYPE;
  const gone = names.filter((name) => value.fields.delete(name)).length;
  tidy(call, key, value.fields.size);
  return gone;
}

function removeMembers(call: Call, [key = '', ...names]: string[]): Reply {
  const value = members(call.store, key);
  if (value === undefined) return WRONG_TYPE;
  const gone = names.filter((name) => value.items.delete(name)).length;
  tidy(call, key, value.items.size);
  return gone;
}

function pop(call: Call, key: string, front: boolean): Reply {
  const value = list(call.store, key);
  if (value === undefined) return WRONG_TYPE;
  const item = (front ? value.items.shift() : value.items.pop()) ?? null;
  tidy(call, key, value.items.length);
  return item;
}

function rename({ store }: Call, [from = '', to = '']: string[]): Reply {
  const value = store.keys.get(from);
  if (value === undefined) return { error: 'ERR no such key' };
  store.keys.delete(from);
  store.keys.set(to, value);
  return 'OK';
}

/** Commands on hashes, lists and sets beside those that write them, and on keys whatever they hold. */
export const collections: Readonly<Record<string, Command>> = {
  HDEL: { arity: [2, many], run: removeFields },
  HEXISTS: {
    arity: [2, 2],
    run: ({ store }, [key = '', name = '']) => Number(hash(store, key)?.fields.has(name) ?? false),
  },
  HKEYS: { arity: [1, 1], run: ({ store }, [key = '']) => [...(hash(store, key)?.fields.keys() ?? [])] },
  HLEN: { arity: [1, 1], run: ({ store }, [key = '']) => hash(store, key)?.fields.size ?? WRONG_TYPE },
  HVALS: { arity: [1, 1], run: ({ store }, [key = '']) => [...(hash(store, key)?.fields.values() ?? [])] },
  LPOP: { arity: [1, 1], run: (call, [key = '']) => pop(call, key, true) },
  PERSIST: { arity: [1, 1], run: ({ store }, [key = '']) => Number(store.expiries.delete(key)) },
  RENAME: { arity: [2, 2], run: rename },
  RPOP: { arity: [1, 1], run: (call, [key = '']) => pop(call, key, false) },
  SISMEMBER: {
    arity: [2, 2],
    run: ({ store }, [key = '', name = '']) => Number(members(store, key)?.items.has(name) ?? false),
  },
  SREM: { arity: [2, many], run: removeMembers },
};
