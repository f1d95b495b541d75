import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/support/transcript.ts';
import type { BuildStatus, BuildSummary, Source } from './application.ts';
import type { DeploySource } from './deployment.ts';
import { type Evidence, settle } from './settlement.ts';

type Changes = { [K in keyof Evidence]?: Evidence[K] | undefined };

const asked: DeploySource = { kind: 'image', image: 'demo/web:2' };
const old: Source = { kind: 'image', location: 'demo/web:1' };
const wanted: Source = { kind: 'image', location: 'demo/web:2' };
const serving = (source: Source, running: 'true' | 'false' | 'mixed' = 'true') => ({
  running,
  processes: 1,
  source,
  urls: [],
});
const record = (status: BuildStatus, exitCode?: number): BuildSummary => ({
  id: 'mwtk6ightkutrh',
  status,
  kind: 'build',
  source: 'git:from-image',
  startedAt: 1,
  ...(exitCode === undefined ? {} : { exitCode }),
});
const base: Evidence = {
  source: asked,
  output: '',
  recorded: true,
  before: { source: old },
  after: serving(wanted),
};
const good = recorded('03-deploy-image', 'git:from-image web demo/web:2').stdout;
const crash = recorded('03-deploy-image', 'git:from-image web demo/web:3').stdout;

describe('settle with an exit code', () => {
  it.each<[string, Changes, string, string | undefined]>([
    ['read back in full', { exit: 0, output: good, build: record('succeeded', 0) }, 'succeeded', undefined],
    ['no record, as below 0.38', { exit: 0, output: good, recorded: false }, 'succeeded', undefined],
    ['another source serves', { exit: 0, after: serving(old) }, 'unknown', 'OUTCOME_UNKNOWN'],
    ['nothing could be read back', { exit: 0, after: undefined }, 'unknown', 'OUTCOME_UNKNOWN'],
    ['the record says failed', { exit: 0, build: record('failed', 1) }, 'unknown', 'OUTCOME_UNKNOWN'],
    ['its processes do not run', { exit: 0, after: serving(wanted, 'false') }, 'failed', 'NOT_RUNNING'],
    ['some processes do not run', { exit: 0, after: serving(wanted, 'mixed') }, 'failed', 'NOT_RUNNING'],
    [
      'a crash',
      { exit: 1, output: crash, build: record('failed', 1), after: serving(old) },
      'failed',
      'CRASHED_AT_BOOT',
    ],
    [
      'canceled',
      { exit: 1, output: 'x', build: record('canceled', -1), after: serving(old) },
      'canceled',
      'CANCELED',
    ],
    [
      'the same image again',
      { exit: 1, output: recorded('03-deploy-image', 'git:from-image web demo/web:1', 1).stdout },
      'unchanged',
      'NO_CHANGES',
    ],
    [
      'nothing new in the repository',
      {
        source: { kind: 'git', url: 'u' },
        exit: 0,
        output: '       Skipping build as no changes were detected',
      },
      'unchanged',
      'NO_CHANGES',
    ],
    [
      'a restart: its exit code decides, not the record',
      { source: { kind: 'command', command: 'ps:restart' }, exit: 0, build: record('interrupted', -1) },
      'succeeded',
      undefined,
    ],
  ])('%s', (_name, evidence, status, code) => {
    const { after, ...rest } = { ...base, ...evidence };
    const settlement = settle({ ...rest, ...(after === undefined ? {} : { after }) } as Evidence);
    expect([settlement.status, settlement.diagnosis?.code]).toEqual([status, code]);
  });

  it('warns of the image that a failed boot leaves behind', () => {
    const { warnings } = settle({ ...base, exit: 1, output: crash, after: serving(old) });
    expect(warnings).toEqual([expect.stringContaining('stays tagged')]);
  });
});

describe('settle after a lost link', () => {
  const lost = { ...base, lost: 'the link was lost' };
  it.each<[string, Changes, string, string | undefined]>([
    ['the record ended well', { build: record('succeeded', 0), output: good }, 'succeeded', undefined],
    [
      'the record failed',
      { build: record('failed', 1), output: crash, after: serving(old) },
      'failed',
      'CRASHED_AT_BOOT',
    ],
    [
      'killed in the checks',
      { build: record('failed', 141), output: '-----> Cleaning up...', after: serving(old) },
      'failed',
      'INTERRUPTED',
    ],
    [
      'abandoned, the old version serves',
      { build: record('interrupted'), output: '-----> Cleaning up...', after: serving(old) },
      'failed',
      'INTERRUPTED',
    ],
    [
      'abandoned, but the log ends well',
      { build: record('interrupted', -1), output: good },
      'succeeded',
      undefined,
    ],
    [
      'abandoned after a failed build',
      {
        build: record('interrupted'),
        output: recorded('13-git-deploy', 'git:sync --build multi git://127.0.0.1/multi.git broken').stdout,
        after: serving(old),
      },
      'failed',
      'BUILD_FAILED',
    ],
    ['no record: Dokku never began', { after: serving(old) }, 'failed', 'NEVER_STARTED'],
    ['no records kept, the new source serves', { recorded: false }, 'succeeded', undefined],
    [
      'no records kept, the old source serves',
      { recorded: false, after: serving(old) },
      'unknown',
      'OUTCOME_UNKNOWN',
    ],
    [
      'a restart leaves no proof',
      {
        source: { kind: 'command', command: 'ps:restart' },
        build: record('interrupted'),
        after: serving(old),
      },
      'unknown',
      'OUTCOME_UNKNOWN',
    ],
    ['canceled', { build: record('canceled', -1), after: serving(old) }, 'canceled', 'CANCELED'],
  ])('%s', (_name, evidence, status, code) => {
    const settlement = settle({ ...lost, ...evidence } as Evidence);
    expect([settlement.status, settlement.diagnosis?.code]).toEqual([status, code]);
  });
});

describe('settle knows that Dokku replaces one process after the other', () => {
  const half = recorded(
    '13-git-deploy',
    'git:sync --build multi git://127.0.0.1/multi.git main',
  ).stdout.split('-----> Deploying worker')[0];

  it('and warns when a later process failed', () => {
    const output = `${half}\n !     Failure in name='default': container state is not running`;
    const { status, warnings } = settle({ ...base, exit: 1, output, after: serving(old) });
    expect([status, warnings.join('\n')]).toEqual([
      'failed',
      expect.stringContaining('web.1 of the new version'),
    ]);
  });

  it('and does not say that the old version serves when the link was lost after that', () => {
    const build = record('interrupted');
    const { status, diagnosis } = settle({
      ...base,
      lost: 'lost',
      output: half ?? '',
      build,
      after: serving(old),
    });
    expect([status, diagnosis?.cause]).toEqual([
      'unknown',
      expect.stringContaining('after new processes had passed'),
    ]);
  });
});

describe('settle never claims success without proof', () => {
  it('for any evidence', () => {
    const evidence = fc.record({
      exit: fc.option(fc.constantFrom(0, 1, 128), { nil: undefined }),
      output: fc.constantFrom('', good, crash),
      build: fc.option(
        fc.constantFrom(
          record('succeeded', 0),
          record('failed', 1),
          record('failed', 141),
          record('interrupted'),
          record('canceled', -1),
        ),
        { nil: undefined },
      ),
      after: fc.option(fc.constantFrom(serving(old), serving(wanted), serving(wanted, 'false')), {
        nil: undefined,
      }),
      recorded: fc.boolean(),
    });
    fc.assert(
      fc.property(evidence, ({ exit, output, build, after, recorded: kept }) => {
        const given: Evidence = {
          source: asked,
          output,
          recorded: kept,
          before: { source: old },
          ...(exit === undefined ? {} : { exit }),
          ...(build === undefined ? {} : { build }),
          ...(after === undefined ? {} : { after }),
        };
        const { status } = settle(given);
        const proven =
          after?.source?.location === 'demo/web:2' &&
          after.running === 'true' &&
          (exit === undefined || exit === 0);
        return status !== 'succeeded' || proven;
      }),
    );
  });
});
