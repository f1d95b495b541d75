import { HIDDEN } from '../address.ts';
import { DomainError } from '../errors.ts';
import type { BuildSummary, Source } from './application.ts';
import type { DeploySource, Release } from './deployment.ts';
import { sameSource } from './served-source.ts';
import { archiveTypeOf } from './source.ts';

/** What we noted after a deploy of ours: Dokku's records hold no source, so this is the only memory of it. */
export interface LedgerEntry {
  /** Dokku's build id; hosts below 0.38 have none. */
  readonly build?: string;
  /** Our own id of the deploy. */
  readonly deploy: string;
  readonly via: string;
  readonly source?: Source;
  readonly actor: string;
  readonly status: 'succeeded' | 'failed' | 'canceled' | 'unknown' | 'unchanged';
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** Records of these commands bring a new source; every other one starts again what is there. */
const SOURCE_MAKING = new Set([
  'git:sync',
  'git:from-image',
  'git:from-archive',
  'git:load-image',
  'git-hook',
  'unknown',
]);

export const makesSource = (via: string): boolean => SOURCE_MAKING.has(via);

/**
 * Dokku's build records (newest first) joined with the ledger, newest first. The newest successful record that brought
 * a source is the current one, and what the host says of the current source wins over the ledger. Successful entries
 * of the ledger whose record Dokku has dropped are kept, so that one can go back further than its retention of 20.
 */
export function joinReleases(
  builds: readonly BuildSummary[],
  ledger: readonly LedgerEntry[],
  current: Source | undefined,
): Release[] {
  const noted = new Map(ledger.filter(hasBuild).map((entry) => [entry.build, entry]));
  const listed = new Set(builds.map((build) => build.id));
  const recorded = builds.map((build): Release => {
    const entry = noted.get(build.id);
    return {
      build: build.id,
      startedAt: build.startedAt,
      ...(build.finishedAt === undefined ? {} : { finishedAt: build.finishedAt }),
      status: entry?.status === 'succeeded' && build.status === 'interrupted' ? 'succeeded' : build.status,
      via: build.source,
      ...(entry?.source === undefined ? {} : { source: entry.source }),
      ...(entry === undefined ? {} : { actor: entry.actor }),
      current: false,
    };
  });
  const dropped = ledger
    .filter((entry) => entry.status === 'succeeded' && !listed.has(entry.build ?? entry.deploy))
    .map(fromLedger);
  const all = [...recorded, ...dropped].sort((a, b) => b.startedAt - a.startedAt);
  const newest = all.findIndex((release) => release.status === 'succeeded' && makesSource(release.via));
  return all.map((release, index) =>
    index === newest && current !== undefined ? { ...release, source: current, current: true } : release,
  );
}

function hasBuild(entry: LedgerEntry): entry is LedgerEntry & { build: string } {
  return entry.build !== undefined;
}

function fromLedger(entry: LedgerEntry): Release {
  return {
    build: entry.build ?? entry.deploy,
    startedAt: entry.startedAt,
    finishedAt: entry.finishedAt,
    status: 'succeeded',
    via: entry.via,
    ...(entry.source === undefined ? {} : { source: entry.source }),
    actor: entry.actor,
    current: false,
  };
}

export interface RollbackChoice {
  readonly release: Release;
  readonly source: DeploySource;
  readonly warnings: readonly string[];
}

/**
 * The release to go back to: the one that `target` names, or the newest success before the current one that has
 * another source. Refuses with CONFLICT (reason and way out) or NOT_FOUND instead of guessing: when the source of the
 * release is not known, when it never succeeded, when it is what runs, or when there is nothing earlier.
 */
export function chooseRollback(releases: readonly Release[], target?: string): RollbackChoice {
  const release = target === undefined ? previous(releases) : named(releases, target);
  return { release, source: rollbackSource(release), warnings: rollbackWarnings(release) };
}

function named(releases: readonly Release[], target: string): Release {
  const release = releases.find(({ build }) => build === target);
  if (release === undefined) {
    throw new DomainError('NOT_FOUND', {
      what: 'release',
      name: target,
      wayOut: 'Call builds_list to see the releases of the app.',
    });
  }
  if (release.current)
    throw conflict(`Release ${target} is what runs now`, 'Name an earlier one from builds_list.');
  if (release.status !== 'succeeded') {
    throw conflict(`Release ${target} never served: it is ${release.status}`, 'Name one that succeeded.');
  }
  const running = releases.find(({ current }) => current);
  if (running !== undefined && release.source !== undefined && sameSource(running.source, release.source)) {
    throw conflict(
      `Release ${target} has the same source as what runs now`,
      'To build it again, call deploy_start with rebuild: true.',
    );
  }
  return release;
}

function previous(releases: readonly Release[]): Release {
  const at = releases.findIndex(({ current }) => current);
  const running = releases[at];
  if (running === undefined) {
    throw conflict(
      'It is not known which release runs now',
      'Name the one to go back to (build) from builds_list, or deploy the version you want with deploy_start.',
    );
  }
  const earlier = releases
    .slice(at + 1)
    .find(
      ({ status, via, source }) =>
        status === 'succeeded' &&
        makesSource(via) &&
        (source === undefined || !sameSource(source, running.source)),
    );
  if (earlier === undefined) {
    throw conflict(
      'There is no earlier release with another source',
      'Deploy the version you want with deploy_start.',
    );
  }
  return earlier;
}

/**
 * The source that brings a release back: a repository at its exact commit, an image, an archive. CONFLICT when it is not
 * known or cannot be fetched again (a git push lives only in the repository of whoever pushed).
 */
export function rollbackSource(release: Release): DeploySource {
  const { source, build, via } = release;
  if (source === undefined || source.kind === 'unknown' || source.location === '') {
    throw conflict(
      source?.kind === 'push'
        ? `Release ${build} came by git push (commit ${source.revision ?? 'unknown'}), which the host cannot fetch again`
        : `The source of release ${build} (${via}) is not known: it was not deployed through dokku-mcp, and Dokku keeps no source`,
      'Deploy it with deploy_start and its git_url and ref, or its image; or name another release from builds_list.',
    );
  }
  if (source.location.includes(HIDDEN)) {
    throw conflict(
      `The address of release ${build} holds a secret that is not kept any more`,
      'Deploy it with deploy_start and an address that is valid now.',
    );
  }
  if (source.kind === 'image') return { kind: 'image', image: source.location };
  if (source.kind === 'archive') {
    return { kind: 'archive', url: source.location, type: source.archive ?? archiveTypeOf(source.location) };
  }
  if (source.revision === undefined) {
    throw conflict(
      `The commit of release ${build} is not known, only its repository`,
      `Call deploy_start with git_url ${source.location} and the ref you want.`,
    );
  }
  return { kind: 'git', url: source.location, ref: source.revision };
}

function rollbackWarnings({ source }: Release): string[] {
  if (source?.kind === 'image' && !source.location.includes('@sha256:')) {
    return [`The tag of ${source.location} may point to another image by now; only a digest is exact.`];
  }
  if (source?.kind === 'archive') return [`${source.location} may serve something else by now, or nothing.`];
  return [];
}

function conflict(reason: string, wayOut: string): DomainError<'CONFLICT'> {
  return new DomainError('CONFLICT', { reason: `${reason}.`, wayOut });
}
