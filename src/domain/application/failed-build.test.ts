import { describe, expect, it } from 'vitest';
import type { BuildSummary } from './application.ts';
import { buildsToRead, judgeBuilds } from './failed-build.ts';

const build = (id: string, status: BuildSummary['status'], source = 'git:sync'): BuildSummary => ({
  id,
  status,
  kind: ['config-redeploy', 'deploy', 'ps:restart'].includes(source) ? 'deploy' : 'build',
  source,
  startedAt: 0,
});

const BROKEN =
  '-----> Building shop from Dockerfile\nERROR: failed to solve: exit code: 2\n !     App build failed';
const CRASHED =
  "-----> Deploying web (count=1)\n !     Failure in name='default': container has restarted 7 times";
const RESTARTED = '-----> Deploying web (count=1)\n-----> Renaming containers';
const LOCKED = ' !     shop currently has a deploy lock in place. Exiting...';

const verdict = (builds: readonly [BuildSummary, string][]) => {
  const { failed, refused } = judgeBuilds(
    builds.map(([one]) => one),
    new Map(builds.map(([{ id }, output]) => [id, output])),
  );
  return [failed?.diagnosis.code, refused?.id];
};

it('reads the failures since the last build that worked, and never a running one', () => {
  const builds = [
    build('a', 'running'),
    build('b', 'failed'),
    build('c', 'succeeded', 'config-redeploy'),
    build('d', 'interrupted'),
    build('e', 'succeeded'),
    build('f', 'failed'),
  ];
  expect(buildsToRead(builds).map(({ id }) => id)).toEqual(['b', 'd']);
  expect(buildsToRead(Array.from({ length: 20 }, (_, index) => build(`${index}`, 'failed')))).toHaveLength(4);
});

describe('the failure that stands', () => {
  it.each<[string, [BuildSummary, string][], (string | undefined)[]]>([
    ['the newest', [[build('a', 'failed'), CRASHED]], ['CRASHED_AT_BOOT', undefined]],
    [
      'none after a build that worked',
      [
        [build('a', 'succeeded'), ''],
        [build('b', 'failed'), CRASHED],
      ],
      [undefined, undefined],
    ],
    [
      'none after a change of config that started the same image',
      [
        [build('a', 'succeeded', 'config-redeploy'), ''],
        [build('b', 'failed'), CRASHED],
      ],
      [undefined, undefined],
    ],
    [
      'a broken build, whatever was restarted since',
      [
        [build('a', 'interrupted', 'ps:restart'), RESTARTED],
        [build('b', 'interrupted'), BROKEN],
      ],
      ['BUILD_FAILED', undefined],
    ],
    [
      'none of a start after a restart that worked',
      [
        [build('a', 'interrupted', 'ps:restart'), RESTARTED],
        [build('b', 'failed'), CRASHED],
      ],
      [undefined, undefined],
    ],
    [
      'the one below a refusal',
      [
        [build('a', 'interrupted'), LOCKED],
        [build('b', 'failed'), CRASHED],
      ],
      ['CRASHED_AT_BOOT', 'a'],
    ],
    [
      'none of a sync that built nothing',
      [[build('a', 'interrupted'), '       Fetching remote code']],
      [undefined, undefined],
    ],
    ['none that was cancelled', [[build('a', 'canceled'), '-----> Building shop']], [undefined, undefined]],
  ])('%s', (_what, builds, found) => expect(verdict(builds)).toEqual(found));
});
