import { compareVersions } from '../../domain/infrastructure/advisories.ts';

/** A Dokku version as its three numbers. */
export type Version = readonly [major: number, minor: number, patch: number];

/**
 * Reads a version out of any text that holds one: `dokku version 0.38.27`, `v0.38.27` of a source build,
 * `0.38.27-3-g1a2b3c4` between two releases. Undefined when there is none.
 */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /(?:^|[^\d.])v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?![\d.])/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** `0.38.27` */
export function formatVersion(version: Version): string {
  return version.join('.');
}

/** True when `version` is `wanted` or newer; both as `0.38.27`. A wanted text without a version asks for nothing. */
export function isAtLeast(version: string, wanted: string): boolean {
  const have = parseVersion(version);
  const want = parseVersion(wanted);
  if (want === undefined) return true;
  if (have === undefined) return false;
  return compareVersions(formatVersion(have), formatVersion(want)) >= 0;
}
