import { readFile, stat } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** The keys cannot be had: that says nothing about the token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

const REMOTE = { timeoutDuration: 5_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 };
/** Who sends one bad token after the other does not make us ask the issuer each time. */
const PAUSE_MS = 5_000;

/** Keys from the address that the configuration names. Asked again every ten minutes, and for a key that is not known. */
export function keysFromUrl(url: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), REMOTE);
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (header, token) => {
    if (!remote.fresh && performance.now() - failedAt < PAUSE_MS) throw new KeysUnavailable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      failedAt = performance.now();
      throw new KeysUnavailable(undefined, { cause: error });
    }
  };
}

/** Keys from the one file that the configuration names, read again when it was changed; no key id names a file. */
export function keysFromFile(path: string): JWTVerifyGetKey {
  let read: { readonly version: number; readonly keys: JWTVerifyGetKey } | undefined;
  return async (header, token) => {
    try {
      const { mtimeMs } = await stat(path);
      if (read?.version !== mtimeMs) {
        const set = JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet;
        read = { version: mtimeMs, keys: createLocalJWKSet(set) };
      }
      return await read.keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new KeysUnavailable(undefined, { cause: error });
    }
  };
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
