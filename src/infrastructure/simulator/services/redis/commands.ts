import { collections } from './collections.ts';
import { type Call, type Command, hash, list, members, type Reply, text, WRONG_TYPE } from './command.ts';
import { expire, type KeyStore, keyNames } from './keys.ts';

const NOT_INTEGER = { error: 'ERR value is not an integer or out of range' };
const many = Number.POSITIVE_INFINITY;

function add({ store }: Call, key: string, by: number): Reply {
  const value = text(store, key);
  if (value === undefined) return WRONG_TYPE;
  const now = value.text === '' && !store.keys.has(key) ? '0' : value.text;
  if (!/^-?\d+$/.test(now) || !Number.isInteger(by)) return NOT_INTEGER;
  const sum = Number(now) + by;
  store.keys.set(key, { type: 'string', text: String(sum) });
  return sum;
}

function set({ store, now }: Call, [key = '', value = '', ...options]: string[]): Reply {
  const words = options.map((word) => word.toUpperCase());
  if (words.includes('NX') && store.keys.has(key)) return null;
  if (words.includes('XX') && !store.keys.has(key)) return null;
  store.keys.set(key, { type: 'string', text: value });
  store.expiries.delete(key);
  const seconds = words.indexOf('EX');
  if (seconds >= 0) store.expiries.set(key, now + Number(options[seconds + 1]) * 1000);
  return 'OK';
}

function push({ store }: Call, [key = '', ...items]: string[], front: boolean): Reply {
  const value = list(store, key);
  if (value === undefined) return WRONG_TYPE;
  if (front) value.items.unshift(...items.reverse());
  else value.items.push(...items);
  store.keys.set(key, value);
  return value.items.length;
}

function range({ store }: Call, [key = '', from = '0', to = '-1']: string[]): Reply {
  const value = list(store, key);
  if (value === undefined) return WRONG_TYPE;
  const end = Number(to) < 0 ? value.items.length + Number(to) + 1 : Number(to) + 1;
  return value.items.slice(Number(from), end);
}

function setFields({ store }: Call, [key = '', ...pairs]: string[]): Reply {
  const value = hash(store, key);
  if (value === undefined) return WRONG_TYPE;
  const before = value.fields.size;
  for (let index = 0; index + 1 < pairs.length; index += 2)
    value.fields.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  store.keys.set(key, value);
  return value.fields.size - before;
}

function addMembers({ store }: Call, [key = '', ...items]: string[]): Reply {
  const value = members(store, key);
  if (value === undefined) return WRONG_TYPE;
  const before = value.items.size;
  for (const item of items) value.items.add(item);
  store.keys.set(key, value);
  return value.items.size - before;
}

function remaining({ store, now }: Call, key: string): Reply {
  if (!store.keys.has(key)) return -2;
  const at = store.expiries.get(key);
  return at === undefined ? -1 : Math.round((at - now) / 1000);
}

function matching(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's');
}

function flush({ store }: Call): Reply {
  store.keys.clear();
  store.expiries.clear();
  return 'OK';
}

function save({ store, now }: Call, answer: string): Reply {
  store.lastSave = Math.floor(now / 1000);
  return answer;
}

function information({ store }: Call, sections: string[]): Reply {
  const keys = store.keys.size;
  const space = keys === 0 ? '' : `db0:keys=${keys},expires=${store.expiries.size},avg_ttl=0\r\n`;
  const all: Readonly<Record<string, string>> = {
    server: '# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\ntcp_port:6379\r\n',
    persistence: `# Persistence\r\nloading:0\r\nrdb_last_save_time:${store.lastSave}\r\nrdb_last_bgsave_status:ok\r\n`,
    keyspace: `# Keyspace\r\n${space}`,
  };
  const wanted = sections.length === 0 ? Object.keys(all) : sections.map((name) => name.toLowerCase());
  return wanted.flatMap((name) => all[name] ?? []).join('\r\n');
}

const commands: Readonly<Record<string, Command>> = {
  ...collections,
  APPEND: { arity: [2, 2], run: (call, [key = '', more = '']) => append(call, key, more) },
  BGSAVE: { arity: [0, 1], run: (call) => save(call, 'Background saving started') },
  CONFIG: { arity: [1, many], run: (_, [verb = '', name = '']) => (/^get$/i.test(verb) ? [name, ''] : 'OK') },
  DBSIZE: { arity: [0, 0], run: ({ store }) => store.keys.size },
  DECR: { arity: [1, 1], run: (call, [key = '']) => add(call, key, -1) },
  DECRBY: { arity: [2, 2], run: (call, [key = '', by]) => add(call, key, -Number(by)) },
  DEL: { arity: [1, many], run: ({ store }, keys) => keys.filter((key) => store.keys.delete(key)).length },
  ECHO: { arity: [1, 1], run: (_, [word = '']) => word },
  EXISTS: { arity: [1, many], run: ({ store }, keys) => keys.filter((key) => store.keys.has(key)).length },
  EXPIRE: { arity: [2, 3], run: (call, [key = '', seconds]) => expiring(call, key, Number(seconds)) },
  FLUSHALL: { arity: [0, 1], run: flush },
  FLUSHDB: { arity: [0, 1], run: flush },
  GET: {
    arity: [1, 1],
    run: ({ store }, [key = '']) => (store.keys.has(key) ? (text(store, key)?.text ?? WRONG_TYPE) : null),
  },
  HGET: {
    arity: [2, 2],
    run: ({ store }, [key = '', field = '']) => hash(store, key)?.fields.get(field) ?? null,
  },
  HGETALL: { arity: [1, 1], run: ({ store }, [key = '']) => [...(hash(store, key)?.fields ?? [])].flat() },
  HSET: { arity: [3, many], run: setFields },
  INCR: { arity: [1, 1], run: (call, [key = '']) => add(call, key, 1) },
  INCRBY: { arity: [2, 2], run: (call, [key = '', by]) => add(call, key, Number(by)) },
  INFO: { arity: [0, many], run: information },
  KEYS: {
    arity: [1, 1],
    run: ({ store }, [pattern = '']) => keyNames(store).filter((key) => matching(pattern).test(key)),
  },
  LASTSAVE: { arity: [0, 0], run: ({ store }) => store.lastSave },
  LLEN: { arity: [1, 1], run: ({ store }, [key = '']) => list(store, key)?.items.length ?? WRONG_TYPE },
  LPUSH: { arity: [2, many], run: (call, args) => push(call, args, true) },
  LRANGE: { arity: [3, 3], run: range },
  MGET: {
    arity: [1, many],
    run: ({ store }, keys) =>
      keys.map((key) => (store.keys.has(key) ? (text(store, key)?.text ?? null) : null)),
  },
  MSET: { arity: [2, many], run: (call, pairs) => setAll(call, pairs) },
  PING: { arity: [0, 1], run: (_, [word = 'PONG']) => word },
  RPUSH: { arity: [2, many], run: (call, args) => push(call, args, false) },
  SADD: { arity: [2, many], run: addMembers },
  SAVE: { arity: [0, 0], run: (call) => save(call, 'OK') },
  SCARD: { arity: [1, 1], run: ({ store }, [key = '']) => members(store, key)?.items.size ?? WRONG_TYPE },
  SELECT: { arity: [1, 1], run: () => 'OK' },
  SET: { arity: [2, many], run: set },
  SETEX: {
    arity: [3, 3],
    run: (call, [key = '', seconds = '', value = '']) => set(call, [key, value, 'EX', seconds]),
  },
  SETNX: { arity: [2, 2], run: (call, args) => (set(call, [...args, 'NX']) === null ? 0 : 1) },
  SMEMBERS: { arity: [1, 1], run: ({ store }, [key = '']) => [...(members(store, key)?.items ?? [])] },
  STRLEN: { arity: [1, 1], run: ({ store }, [key = '']) => Buffer.byteLength(text(store, key)?.text ?? '') },
  TTL: { arity: [1, 1], run: (call, [key = '']) => remaining(call, key) },
  TYPE: { arity: [1, 1], run: ({ store }, [key = '']) => store.keys.get(key)?.type ?? 'none' },
};

function append({ store }: Call, key: string, more: string): Reply {
  const value = text(store, key);
  if (value === undefined) return WRONG_TYPE;
  value.text += more;
  store.keys.set(key, value);
  return Buffer.byteLength(value.text);
}

function expiring({ store, now }: Call, key: string, seconds: number): Reply {
  if (!store.keys.has(key)) return 0;
  store.expiries.set(key, now + seconds * 1000);
  return 1;
}

function setAll(call: Call, pairs: string[]): Reply {
  if (pairs.length % 2 === 1) return { error: "ERR wrong number of arguments for 'mset' command" };
  for (let index = 0; index < pairs.length; index += 2) set(call, pairs.slice(index, index + 2));
  return 'OK';
}

/** Runs one command on the keys. */
export function runCommand(store: KeyStore, words: readonly string[], now: number): Reply {
  expire(store, now);
  const [name = '', ...args] = words;
  const known = Object.hasOwn(commands, name.toUpperCase()) ? commands[name.toUpperCase()] : undefined;
  if (known === undefined) {
    const shown = args.map((word) => `'${word}' `).join('');
    return { error: `ERR unknown command '${name}', with args beginning with: ${shown}` };
  }
  const [least, most] = known.arity;
  if (args.length < least || args.length > most) {
    return { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` };
  }
  return known.run({ store, now }, args);
}
