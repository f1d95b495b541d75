import { z } from 'zod';
import type { StateStore } from '../../application/ports.ts';
import type { Vault } from '../../application/vault.ts';
import { hideAddress } from '../../domain/address.ts';

const WithSource = z.looseObject({ source: z.looseObject({ location: z.string() }) });
const WithSeal = WithSource.extend({ sealed: z.string() });

/**
 * A store that keeps the addresses of sources in clear only as far as they may be shown. One with a password or a signature
 * is also kept whole, sealed: it takes that to go back to the release. What cannot be opened any more stays as it is shown.
 */
export function sealedLedger(store: StateStore, vault: Vault): StateStore {
  const sealed = (record: unknown): unknown => {
    const found = WithSource.safeParse(record);
    if (!found.success) return record;
    const { location } = found.data.source;
    const shown = hideAddress(location);
    if (shown === location) return record;
    return { ...found.data, source: { ...found.data.source, location: shown }, sealed: vault.seal(location) };
  };
  const opened = (record: unknown): unknown => {
    const found = WithSeal.safeParse(record);
    if (!found.success) return record;
    const { sealed: seal, source, ...rest } = found.data;
    try {
      return { ...rest, source: { ...source, location: vault.open(seal) } };
    } catch {
      return { ...rest, source };
    }
  };
  return {
    append: (log, record, options) => store.append(log, sealed(record), options),
    read: async (log) => (await store.read(log)).map(opened),
    put: (key, value) => store.put(key, value),
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
  };
}
