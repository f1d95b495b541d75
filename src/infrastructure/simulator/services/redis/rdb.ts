import { checksum } from './checksum.ts';
import { createKeyStore, type KeyStore, type KeyValue, keyNames } from './keys.ts';

/* redis's dump, RDB version 10: auxiliary fields, the keys of database 0, and a checksum. */

const MAGIC = 'REDIS';
const [AUX, SELECT, SIZES, END, EXPIRY] = [0xfa, 0xfe, 0xfb, 0xff, 0xfc];
const PIECE = 64 * 1024;

function length(value: number): Buffer {
  if (value < 64) return Buffer.from([value]);
  if (value < 16_384) return Buffer.from([0x40 | (value >> 8), value & 0xff]);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(0x80, 0);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

/** A text; small numbers are kept as numbers. */
function string(text: string): Buffer {
  const number = /^-?(0|[1-9]\d{0,9})$/.test(text) && text !== '-0' ? Number(text) : undefined;
  if (number !== undefined && Math.abs(number) <= 2_147_483_647) return integer(number);
  const bytes = Buffer.from(text);
  return Buffer.concat([length(bytes.length), bytes]);
}

function integer(value: number): Buffer {
  if (value >= -128 && value <= 127) return Buffer.from([0xc0, value & 0xff]);
  if (value >= -32_768 && value <= 32_767) return Buffer.from([0xc1, value & 0xff, (value >> 8) & 0xff]);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(0xc2, 0);
  bytes.writeInt32LE(value, 1);
  return bytes;
}

const auxiliary = (name: string, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([AUX]), string(name), value]);

const types: readonly KeyValue['type'][] = ['string', 'list', 'set', 'string', 'hash'];

function valueBytes(value: KeyValue): Buffer {
  if (value.type === 'string') return string(value.text);
  const parts = value.type === 'hash' ? [...value.fields].flat() : [...value.items];
  const count = value.type === 'hash' ? value.fields.size : parts.length;
  return Buffer.concat([length(count), ...parts.map(string)]);
}

function keyBytes(store: KeyStore, key: string, value: KeyValue): Buffer {
  const at = store.expiries.get(key);
  const expiry = Buffer.alloc(at === undefined ? 0 : 9);
  if (at !== undefined) {
    expiry.writeUInt8(EXPIRY ?? 0, 0);
    expiry.writeBigUInt64LE(BigInt(Math.round(at)), 1);
  }
  return Buffer.concat([expiry, Buffer.from([types.indexOf(value.type)]), string(key), valueBytes(value)]);
}

/** A dump of the keys, the pieces in order; a padded one is not summed up, as redis does with `rdbchecksum no`. */
export function* rdb(store: KeyStore, now: number, padding: number): Generator<Buffer> {
  const keys = keyNames(store).flatMap((key) => {
    const value = store.keys.get(key);
    return value === undefined ? [] : [keyBytes(store, key, value)];
  });
  const head = Buffer.concat([
    Buffer.from(`${MAGIC}0010`),
    auxiliary('redis-ver', string('7.0.15')),
    auxiliary('redis-bits', integer(64)),
    auxiliary('ctime', integer(Math.floor(now / 1000))),
    auxiliary('used-mem', integer(1_139_272)),
    auxiliary('aof-base', integer(0)),
  ]);
  const sizes =
    keys.length === 0
      ? Buffer.alloc(0)
      : Buffer.concat([
          Buffer.from([SELECT ?? 0, 0, SIZES ?? 0]),
          length(keys.length),
          length(store.expiries.size),
        ]);
  const body = Buffer.concat([sizes, ...keys, Buffer.from([END ?? 0])]);
  yield head;
  if (padding > 0) yield* paddingField(padding);
  yield body;
  yield padding > 0 ? Buffer.alloc(8) : checksum(Buffer.concat([head, body]));
}

/** An auxiliary field, which servers pass over when they do not know it. */
function* paddingField(bytes: number): Generator<Buffer> {
  yield Buffer.concat([Buffer.from([AUX ?? 0]), string('padding'), length(bytes)]);
  const piece = Buffer.from(
    Array.from({ length: PIECE }, (_, index) => (index * 131 + (index >> 8) * 17) & 0xff),
  );
  for (let left = bytes; left > 0; left -= PIECE) yield piece.subarray(0, Math.min(left, PIECE));
}

/** What the server loads from a dump and how much of it was padding; a file it cannot load is its fault. */
export function readRdb(dump: Buffer): { store: KeyStore; padding: number } {
  const store = createKeyStore();
  if (dump.length < 9)
    return { store: { ...store, fault: dump.length === 0 ? 'empty' : 'signature' }, padding: 0 };
  if (dump.subarray(0, 5).toString('latin1') !== MAGIC) {
    return { store: { ...store, fault: 'signature' }, padding: 0 };
  }
  try {
    return { store, padding: new Loader(dump, store).load() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { store: { ...createKeyStore(), fault: 'cut' }, padding: 0 };
  }
}

/** Reads a dump; a RangeError where it ends too early or holds what this server cannot know. */
class Loader {
  readonly #dump: Buffer;
  readonly #store: KeyStore;
  #at = 9;

  constructor(dump: Buffer, store: KeyStore) {
    this.#dump = dump;
    this.#store = store;
  }

  load(): number {
    let padding = 0;
    let expiry: number | undefined;
    const found: [string, KeyValue, number | undefined][] = [];
    for (let code = this.#byte(); code !== END; code = this.#byte()) {
      if (code === AUX) {
        const name = this.#string();
        if (name === 'padding') padding = this.#skipString();
        else this.#string();
      } else if (code === SELECT) this.#length();
      else if (code === SIZES) [this.#length(), this.#length()].join();
      else if (code === EXPIRY) expiry = Number(this.#take(8).readBigUInt64LE(0));
      else {
        found.push([this.#string(), this.#value(code), expiry]);
        expiry = undefined;
      }
    }
    for (const [key, value, at] of found.reverse()) {
      this.#store.keys.set(key, value);
      if (at !== undefined) this.#store.expiries.set(key, at);
    }
    return padding;
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#dump.length) throw new RangeError('the dump is cut');
    const bytes = this.#dump.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #byte(): number {
    return this.#take(1).readUInt8(0);
  }

  #length(): number {
    const first = this.#byte();
    if (first < 64) return first;
    if (first < 128) return ((first & 0x3f) << 8) | this.#byte();
    if (first === 0x80) return this.#take(4).readUInt32BE(0);
    throw new RangeError('a length of an unknown form');
  }

  #string(): string {
    const first = this.#dump[this.#at];
    if (first === 0xc0 || first === 0xc1 || first === 0xc2) {
      const size = 2 ** (first - 0xc0);
      return String(this.#take(size + 1).readIntLE(1, size));
    }
    return this.#take(this.#length()).toString('utf8');
  }

  #skipString(): number {
    return this.#take(this.#length()).length;
  }

  #value(code: number): KeyValue {
    const type = types[code];
    if (type === undefined) throw new RangeError(`a value of the unknown type ${code}`);
    if (type === 'string') return { type, text: this.#string() };
    const count = this.#length();
    const items = Array.from({ length: type === 'hash' ? count * 2 : count }, () => this.#string());
    if (type === 'list') return { type, items };
    if (type === 'set') return { type, items: new Set(items) };
    const fields = new Map<string, string>();
    for (let index = 0; index < items.length; index += 2)
      fields.set(items[index] ?? '', items[index + 1] ?? '');
    return { type, fields };
  }
}
