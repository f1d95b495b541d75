import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BuildStatus, BuildSummary, Source } from './application.ts';
import type { Release } from './deployment.ts';
import { chooseRollback, joinReleases, type LedgerEntry, makesSource, rollbackSource } from './releases.ts';
import { sameSource, servedSource } from './served-source.ts';

const image = (location: string): Source => ({ kind: 'image', location });
const git = (revision: string): Source => ({ kind: 'git', location: 'https://h/a.git', revision });

function build(
  id: string,
  at: number,
  status: BuildStatus = 'succeeded',
  source = 'git:from-image',
): BuildSummary {
  return { id, status, kind: 'build', source, startedAt: at };
}
function entry(id: string, source: Source | undefined, at = 0): LedgerEntry {
  const base = {
    build: id,
    deploy: `d-${id}`,
    via: 'git:from-image',
    actor: 'me',
    startedAt: at,
    finishedAt: at + 1,
  };
  return { ...base, status: 'succeeded', ...(source === undefined ? {} : { source }) };
}

describe('joinReleases', () => {
  it('names sources and actors, and marks the newest success that brought a source', () => {
    const releases = joinReleases(
      [build('d', 4, 'failed'), build('c', 3, 'succeeded', 'config-redeploy'), build('b', 2), build('a', 1)],
      [entry('a', image('x:1'))],
      image('x:2'),
    );
    expect(
      releases.map(({ build: id, source, actor, current }) => [id, source?.location, actor, current]),
    ).toEqual([
      ['d', undefined, undefined, false],
      ['c', undefined, undefined, false],
      ['b', 'x:2', undefined, true],
      ['a', 'x:1', 'me', false],
    ]);
  });

  it('believes the host about what serves, not the ledger', () => {
    const releases = joinReleases([build('a', 1)], [entry('a', image('x:1'))], image('x:9'));
    expect(releases[0]?.source).toEqual(image('x:9'));
  });

  it('keeps successes whose record Dokku has dropped', () => {
    const releases = joinReleases([build('b', 2)], [entry('a', image('x:1'), 1)], image('x:2'));
    expect(releases.map(({ build: id, status }) => [id, status])).toEqual([
      ['b', 'succeeded'],
      ['a', 'succeeded'],
    ]);
  });

  it('has no current release where nothing was ever deployed', () => {
    expect(joinReleases([build('a', 1, 'failed')], [], undefined).some(({ current }) => current)).toBe(false);
  });
});

describe('chooseRollback', () => {
  const releases = joinReleases(
    [
      build('e', 5, 'succeeded', 'ps:rebuild'),
      build('d', 4),
      build('c', 3, 'failed'),
      build('b', 2),
      build('a', 1),
    ],
    [entry('a', image('x:1')), entry('b', image('x:2')), entry('c', image('x:3'))],
    image('x:4'),
  );

  it('goes to the success before the current one', () => {
    expect(chooseRollback(releases)).toEqual({
      release: expect.objectContaining({ build: 'b' }),
      source: { kind: 'image', image: 'x:2' },
      warnings: [expect.stringContaining('digest')],
    });
  });

  it('goes to the one that was named', () => {
    expect(chooseRollback(releases, 'a').source).toEqual({ kind: 'image', image: 'x:1' });
  });

  it.each([
    ['d', /is what runs now/],
    ['c', /never served: it is failed/],
    ['nope', /no release "nope"/],
    ['e', /not known/],
  ])('refuses %s', (target, message) => {
    expect(() => chooseRollback(releases, target)).toThrow(message);
  });

  it('does not skip an earlier release whose source is not known', () => {
    const gap = joinReleases(
      [build('c', 3), build('b', 2, 'succeeded', 'git-hook'), build('a', 1)],
      [entry('a', image('x:1'))],
      image('x:3'),
    );
    expect(() => chooseRollback(gap)).toThrow(/source of release b \(git-hook\) is not known/);
  });

  it('refuses when nothing is earlier, and when what runs is not known', () => {
    expect(() => chooseRollback(joinReleases([build('a', 1)], [], image('x:1')))).toThrow(
      /no earlier release/,
    );
    expect(() => chooseRollback([])).toThrow(/not known which release runs/);
  });

  it('never chooses what runs, what failed, or what it cannot bring back, for any history', () => {
    const source = fc.option(
      fc.oneof(fc.constantFrom(image('x:1'), image('x:2')), fc.constantFrom(git('a'), git('b'))),
      { nil: undefined },
    );
    const history = fc.array(
      fc.record({
        status: fc.constantFrom<BuildStatus>('succeeded', 'failed', 'canceled', 'interrupted', 'running'),
        via: fc.constantFrom('git:from-image', 'git:sync', 'ps:rebuild', 'config-redeploy', 'git-hook'),
        source,
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(history, source, (records, current) => {
        const builds = records.map(({ status, via }, index) => build(`b${index}`, 100 - index, status, via));
        const ledger = records.flatMap((record, index) =>
          record.source === undefined
            ? []
            : [{ ...entry(`b${index}`, record.source), status: 'failed' as const }],
        );
        const joined = joinReleases(builds, ledger, current);
        let choice: ReturnType<typeof chooseRollback>;
        try {
          choice = chooseRollback(joined);
        } catch (error) {
          return (error as { code?: string }).code === 'CONFLICT';
        }
        const running = joined.find((release) => release.current);
        return (
          joined.filter((release) => release.current).length <= 1 &&
          choice.release.status === 'succeeded' &&
          makesSource(choice.release.via) &&
          !sameSource(choice.release.source, running?.source) &&
          choice.release.startedAt < (running?.startedAt ?? 0)
        );
      }),
    );
  });
});

describe('rollbackSource', () => {
  const release = (source: Source): Release => ({
    build: 'a',
    startedAt: 0,
    status: 'succeeded',
    via: 'git:sync',
    current: false,
    source,
  });

  it('uses the exact commit, the image, the archive with its type', () => {
    expect(rollbackSource(release(git('abc')))).toEqual({ kind: 'git', url: 'https://h/a.git', ref: 'abc' });
    expect(rollbackSource(release(image('x@sha256:1')))).toEqual({ kind: 'image', image: 'x@sha256:1' });
    expect(rollbackSource(release({ kind: 'archive', location: 'https://h/a', archive: 'zip' }))).toEqual({
      kind: 'archive',
      url: 'https://h/a',
      type: 'zip',
    });
  });

  it('refuses a push and a repository without its commit', () => {
    expect(() => rollbackSource(release({ kind: 'push', location: '', revision: 'abc' }))).toThrow(
      /git push \(commit abc\)/,
    );
    expect(() => rollbackSource(release({ kind: 'git', location: 'https://h/a.git' }))).toThrow(
      /commit of release a is not known/,
    );
  });
});

describe('servedSource', () => {
  it.each([
    ['', '', undefined],
    ['docker-image', 'demo/web:1', image('demo/web:1')],
    ['git-sync', 'https://h/a.git#abc', git('abc')],
    ['git-push', 'abc', { kind: 'push', location: '', revision: 'abc' }],
    ['tar.gz', 'https://h/a', { kind: 'archive', location: 'https://h/a', archive: 'tar.gz' }],
    ['something-new', 'x', { kind: 'unknown', location: 'x' }],
  ])('%s %s', (kind, metadata, source) => {
    expect(servedSource(kind, metadata)).toEqual(source);
  });
});
