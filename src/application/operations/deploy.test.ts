import { describe, expect, it } from 'vitest';
import type { Application, BuildStatus, BuildSummary, Source } from '../../domain/application/application.ts';
import type { Deployment, Release } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import { buildsList } from './builds-list.ts';
import { deployCancel, deployRollback, deployStart } from './deploy.ts';
import { deployStatus } from './deploy-status.ts';

const build = (id: string, status: BuildStatus = 'succeeded', startedAt = 0): BuildSummary => ({
  id,
  status,
  kind: 'build',
  source: 'git:sync',
  startedAt,
});
const git: Source = { kind: 'git', location: 'https://h/a.git', revision: 'a'.repeat(40) };

interface Facts {
  builds?: BuildSummary[];
  app?: Partial<Application>;
  ours?: Deployment[];
  output?: string;
  releases?: Release[];
  log?: string[];
}

/** Only what these operations use of a context. */
function contextOf({
  builds = [],
  app = {},
  ours = [],
  output = '',
  releases = [],
  log = [],
}: Facts): Context {
  let now = 0;
  const context = {
    host: 'main',
    hosts: ['main'],
    signal: new AbortController().signal,
    progress: () => undefined,
    permissions: { probeAfterDeploy: false },
    clock: {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    client: {
      execute: async (_command: unknown, { onLine }: { onLine: (line: { text: string }) => void }) => {
        for (const text of output.split('\n')) onLine({ text });
        throw new DomainError('CANCELLED', { command: 'builds:output', sent: true });
      },
    },
    apps: {
      getByName: async (name: string) => ({ name, builds, locked: false, ...app }),
      builds: async () => builds,
      buildOutput: async () => output,
      invalidate: () => undefined,
    },
    deployments: {
      list: async () => ours,
      wait: async (id: string) => ours.find((deploy) => deploy.id === id),
      log: async () => ({ lines: log, next: log.length, more: false }),
      releases: async () => releases,
    },
  };
  return context as unknown as Context;
}

const deployment = (changes: Partial<Deployment> = {}): Deployment => ({
  id: 'd-12345678',
  host: 'main',
  app: 'web',
  source: { kind: 'image', image: 'x:2' },
  status: 'succeeded',
  phase: 'end',
  startedAt: 0,
  warnings: [],
  lines: 3,
  ...changes,
});
const parse = <T>(operation: { input: { parse(value: unknown): T } }, value: unknown): T =>
  operation.input.parse(value);
const planOf = (input: unknown, facts: Facts): Promise<Plan> =>
  deployStart.plan(parse(deployStart, input) as never, contextOf(facts));

describe('deploy_start', () => {
  it('plans one command in a keeper and says what goes with it', async () => {
    const plan = await planOf(
      { app: 'web', git_url: 'https://h/a.git', ref: 'v2' },
      { app: { source: git } },
    );
    expect(plan.commands).toEqual([{ name: 'git:sync', args: ['--build', 'web', 'https://h/a.git', 'v2'] }]);
    expect(plan.job).toEqual({ kind: 'git', url: 'https://h/a.git', ref: 'v2' });
    expect(plan.inverse).toEqual([
      { name: 'git:sync', args: ['--build', 'web', git.location, git.revision] },
    ]);
    const text = plan.consequences.join('\n');
    for (const words of [
      'until the new version passes',
      'migrations',
      'every branch',
      'does not stop a deploy',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('warns of a rebuild that would build something else, and of an image that is there', async () => {
    const rebuild = await planOf(
      { app: 'web', rebuild: true },
      { app: { source: git, gitSha: 'b'.repeat(40) } },
    );
    expect(rebuild.consequences.join('\n')).toContain('not what runs');
    const image = await planOf(
      { app: 'web', image: 'x:1' },
      { app: { source: { kind: 'image', location: 'x:1' } } },
    );
    expect(image.consequences.join('\n')).toContain('will find no change');
  });

  it('refuses while a build runs, with nothing to rebuild, and without one source', async () => {
    await expect(
      planOf({ app: 'web', rebuild: true }, { builds: [build('aaaaaaaaaaaaaa', 'running')] }),
    ).rejects.toMatchObject({ code: 'LOCKED' });
    await expect(planOf({ app: 'web', rebuild: true }, {})).rejects.toMatchObject({ code: 'NOT_DEPLOYED' });
    await expect(planOf({ app: 'web' }, {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(deployStart.input.safeParse({ app: 'web', git_url: 'file:///etc' }).success).toBe(false);
    expect(deployStart.input.safeParse({ app: 'web', image: 'a', extra: 1 }).success).toBe(false);
  });

  const readBack = async (changes: Partial<Deployment>) => {
    const plan = await planOf({ app: 'web', image: 'x:2' }, {});
    return await deployStart.readBack({ app: 'web', image: 'x:2' } as never, contextOf({}), {
      plan,
      results: [],
      deployment: deployment(changes),
    });
  };

  it('answers a success, a running deploy and one without change', async () => {
    const serves = {
      running: 'true',
      processes: 1,
      source: { kind: 'image', location: 'x:2' },
      urls: ['http://w'],
    } as const;
    expect((await readBack({ serves })).text).toBe('web now serves image x:2 at http://w.');
    expect((await readBack({ status: 'running', phase: 'build' })).text).toContain(
      'deploy_status {"app": "web", "id": "d-12345678"}',
    );
    expect((await readBack({ status: 'unchanged' })).text).toContain('Nothing was deployed');
  });

  it('raises a failure with cause, evidence and the way to the output', async () => {
    const diagnosis = {
      code: 'BUILD_FAILED',
      phase: 'build',
      cause: 'a step failed',
      evidence: ['cannot find module'],
      advice: 'Mend it.',
    } as const;
    const error = await readBack({ status: 'failed', diagnosis }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'DEPLOY_FAILED',
      message: expect.stringMatching(/build phase: a step failed \(BUILD_FAILED\)/),
      details: { evidence: expect.arrayContaining([expect.stringContaining('cannot find module')]) },
    });
    expect((error as DomainError).remedy).toMatch(/Mend it\. .*deploy_status/);
    await expect(readBack({ status: 'unknown' })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });
});

describe('deploy_rollback', () => {
  const releases: Release[] = [
    {
      build: 'bbbbbbbbbbbbbb',
      startedAt: 2,
      status: 'succeeded',
      via: 'git:from-image',
      source: { kind: 'image', location: 'x:2' },
      current: true,
    },
    {
      build: 'aaaaaaaaaaaaaa',
      startedAt: 1,
      status: 'succeeded',
      via: 'git:from-image',
      source: { kind: 'image', location: 'x:1' },
      current: false,
    },
  ];

  it('deploys the earlier source and says what it cannot restore', async () => {
    const plan = await deployRollback.plan({ app: 'web' } as never, contextOf({ releases }));
    expect(plan.commands).toEqual([{ name: 'git:from-image', args: ['web', 'x:1'] }]);
    expect(plan.job).toEqual({ kind: 'image', image: 'x:1' });
    expect(plan.consequences.join('\n')).toMatch(/digest[\s\S]*config, database/);
  });

  it('refuses when the source is not known', async () => {
    const unknown = releases.map(({ source, ...release }) =>
      release.current && source !== undefined ? { ...release, source } : release,
    );
    await expect(
      deployRollback.plan({ app: 'web' } as never, contextOf({ releases: unknown })),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('deploy_cancel', () => {
  it('cancels what runs, without waiting for the deploy that holds the app', async () => {
    const builds = [build('aaaaaaaaaaaaaa', 'running')];
    const plan = await deployCancel.plan({ app: 'web' } as never, contextOf({ builds }));
    expect(plan).toMatchObject({ concurrent: true, commands: [{ name: 'builds:cancel', args: ['web'] }] });
    const ours = [deployment({ build: 'aaaaaaaaaaaaaa' })];
    const after = contextOf({ builds: [build('aaaaaaaaaaaaaa', 'canceled')], ours });
    const { data } = await deployCancel.readBack({ app: 'web' } as never, after, { plan, results: [] });
    expect(data).toEqual({ app: 'web', build: 'aaaaaaaaaaaaaa', status: 'canceled', id: 'd-12345678' });
    await expect(
      deployCancel.readBack({ app: 'web' } as never, contextOf({ builds }), { plan, results: [] }),
    ).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });

  it('says so when Dokku cannot cancel yet, because the deploy holds no lock', async () => {
    const builds = [build('aaaaaaaaaaaaaa', 'running')];
    const plan = await deployCancel.plan({ app: 'web' } as never, contextOf({ builds }));
    const stdout = '-----> App not currently deploying\n';
    const results = [{ exit: 0, stdout, stderr: '', truncated: false, durationMs: 1 }];
    await expect(
      deployCancel.readBack({ app: 'web' } as never, contextOf({ builds }), { plan, results }),
    ).rejects.toMatchObject({
      code: 'NOT_APPLIED',
      remedy: expect.stringContaining('call again in a few seconds'),
    });
  });

  it('says so when nothing runs', async () => {
    await expect(
      deployCancel.plan({ app: 'web' } as never, contextOf({ builds: [build('aaaaaaaaaaaaaa')] })),
    ).rejects.toMatchObject({ code: 'NO_CHANGE' });
  });
});

describe('deploy_status', () => {
  const status = (input: object, facts: Facts) =>
    deployStatus.run(parse(deployStatus, { app: 'web', ...input }), contextOf(facts));
  const log = Array.from({ length: 100 }, (_, index) => `line ${index}`);

  it('shows the newest of ours with its last lines', async () => {
    const { data, untrusted } = await status({ tail: 2 }, { ours: [deployment()], log });
    expect(data).toMatchObject({
      id: 'd-12345678',
      status: 'succeeded',
      lines: 100,
      next_cursor: 100,
      more: false,
    });
    expect(untrusted).toBe('line 98\nline 99');
  });

  it('pages from a cursor to the end, each line once', async () => {
    const seen: string[] = [];
    let cursor = 0;
    for (;;) {
      const { data, untrusted = '' } = await status(
        { tail: 7, cursor, id: 'd-12345678' },
        { ours: [deployment()], log },
      );
      seen.push(...untrusted.split('\n'));
      cursor = data.next_cursor;
      if (!data.more) break;
    }
    expect(seen).toEqual(log);
  });

  it('greps', async () => {
    expect(
      (await status({ grep: 'LINE 9' }, { ours: [deployment()], log })).untrusted?.split('\n'),
    ).toHaveLength(11);
  });

  it('shows and diagnoses a deploy that others made', async () => {
    const facts = {
      builds: [build('aaaaaaaaaaaaaa', 'failed', 5)],
      output: ' !     App build failed\n',
      ours: [deployment({ finishedAt: 4 })],
    };
    const { data, text } = await status({}, facts);
    expect(data).toMatchObject({
      id: 'aaaaaaaaaaaaaa',
      status: 'failed',
      diagnosis: { code: 'BUILD_FAILED' },
    });
    expect(text).toContain('failed in the build phase');
  });

  it('reads the output of a running build for a moment only: Dokku would follow it for ever', async () => {
    const { data, untrusted } = await status(
      {},
      { builds: [build('aaaaaaaaaaaaaa', 'running')], output: 'a\nb' },
    );
    expect([data.status, untrusted]).toEqual(['running', 'a\nb']);
  });

  it('names what to do where there is nothing', async () => {
    await expect(status({}, {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: expect.stringContaining('deploy_start'),
    });
    await expect(status({ id: 'aaaaaaaaaaaaaa' }, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('builds_list', () => {
  it('pages by build', async () => {
    const releases = ['cccccccc', 'bbbbbbbb', 'aaaaaaaa'].map(
      (id, index): Release => ({
        build: id,
        startedAt: 9 - index,
        status: 'succeeded',
        via: 'git:sync',
        current: index === 0,
        source: git,
      }),
    );
    const first = await buildsList.run(parse(buildsList, { app: 'web', limit: 2 }), contextOf({ releases }));
    expect(first.data).toMatchObject({
      next_cursor: 'bbbbbbbb',
      releases: [{ build: 'cccccccc', current: true }, { build: 'bbbbbbbb' }],
    });
    const second = await buildsList.run(
      parse(buildsList, { app: 'web', limit: 2, cursor: 'bbbbbbbb' }),
      contextOf({ releases }),
    );
    expect(second.data.releases.map(({ build: id }) => id)).toEqual(['aaaaaaaa']);
    expect(first.untrusted).toContain('cccccccc *');
  });
});
