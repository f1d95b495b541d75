/** What a key holds. */
export type KeyValue =
  | { readonly type: 'string'; text: string }
  | { readonly type: 'list'; items: string[] }
  | { readonly type: 'set'; items: Set<string> }
  | { readonly type: 'hash'; fields: Map<string, string> };

/** What a redis server keeps; the newest key comes first, where redis itself has an order of its own. */
export interface KeyStore {
  readonly kind: 'keys';
  readonly keys: Map<string, KeyValue>;
  /** When keys end, milliseconds of the host's clock. */
  readonly expiries: Map<string, number>;
  /** LASTSAVE, in whole seconds. */
  lastSave: number;
  /** What the server says at its start of a file that it cannot load, the file's fault. */
  fault: 'empty' | 'signature' | 'cut' | undefined;
}

export function createKeyStore(): KeyStore {
  return { kind: 'keys', keys: new Map(), expiries: new Map(), lastSave: 0, fault: undefined };
}

/** Removes what has ended. */
export function expire(store: KeyStore, now: number): void {
  for (const [key, at] of store.expiries) {
    if (at > now) continue;
    store.keys.delete(key);
    store.expiries.delete(key);
  }
}

/** Names of all keys, the newest first. */
export const keyNames = (store: KeyStore): string[] => [...store.keys.keys()].reverse();
