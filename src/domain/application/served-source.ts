import { hideAddress } from '../address.ts';
import type { Source } from './application.ts';
import type { DeploySource } from './deployment.ts';

/**
 * What `apps:report` says of the last successful deploy: `deploy-source` (docker-image, git-sync, git-push, tar,
 * tar.gz, zip) and `deploy-source-metadata` (image, URL#SHA, SHA, URL). Undefined when there was none; Dokku writes both
 * only after a deploy has succeeded.
 */
export function servedSource(kind: string, metadata: string): Source | undefined {
  switch (kind) {
    case '':
      return undefined;
    case 'docker-image':
      return { kind: 'image', location: metadata };
    case 'git-sync': {
      const hash = metadata.lastIndexOf('#');
      if (hash === -1) return { kind: 'git', location: metadata };
      return { kind: 'git', location: metadata.slice(0, hash), revision: metadata.slice(hash + 1) };
    }
    case 'git-push':
      return { kind: 'push', location: '', revision: metadata };
    case 'tar':
    case 'tar.gz':
    case 'zip':
      return { kind: 'archive', location: metadata, archive: kind };
    default:
      return { kind: 'unknown', location: metadata };
  }
}

/** True when both name the same source; a revision counts where both have one. */
export function sameSource(a: Source | undefined, b: Source | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const revisions = a.revision === undefined || b.revision === undefined || a.revision === b.revision;
  return a.kind === b.kind && sameAddress(a.location, b.location) && revisions;
}

/**
 * Does what serves answer to what was asked? `undefined` where the report cannot tell: a rebuild or another command
 * keeps the source. A branch or tag is checked by its repository alone, a full commit by its revision too.
 */
export function servesAsked(served: Source | undefined, asked: DeploySource): boolean | undefined {
  switch (asked.kind) {
    case 'image':
      return served?.kind === 'image' && served.location === asked.image;
    case 'git': {
      if (served?.kind !== 'git' || !sameAddress(served.location, asked.url)) return false;
      const commit = asked.ref !== undefined && /^[0-9a-f]{40}$/.test(asked.ref);
      return !commit || served.revision === asked.ref;
    }
    case 'archive':
      return served?.kind === 'archive' && sameAddress(served.location, asked.url);
    case 'rebuild':
    case 'command':
      return undefined;
  }
}

/** What is kept of an address holds no password and no signature; another signature leads to the same. */
function sameAddress(a: string, b: string): boolean {
  return hideAddress(a) === hideAddress(b);
}

/** A served source as it may be kept in clear. */
export function withoutAddressSecrets<T extends Source | undefined>(source: T): T {
  return source === undefined ? source : { ...source, location: hideAddress(source.location) };
}

/** A served source in a few words. */
export function describeServed(source: Source | undefined): string {
  if (source === undefined) return 'nothing that was ever deployed with success';
  if (source.kind === 'push') return `a git push of ${source.revision ?? 'an unknown commit'}`;
  return `${source.kind} ${hideAddress(source.location)}${source.revision === undefined ? '' : ` at ${source.revision.slice(0, 12)}`}`;
}
