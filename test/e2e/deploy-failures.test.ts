import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const GIT = 'https://github.com/acme/shop.git';

describe.each(eras)('failed deploys are told apart, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create shop',
      `git:sync --build shop ${GIT} v1`,
      'apps:create web',
      'git:from-image web demo/web:1',
      'apps:create empty',
    ],
  });

  test.each([
    [
      'an image that does not exist',
      { app: 'web', image: 'demo/nothere:1' },
      'fetch',
      'IMAGE_NOT_FOUND',
      'Failed to pull image: demo/nothere:1',
    ],
    [
      'an archive that is not there',
      { app: 'web', archive_url: 'https://example.com/x.tar.gz' },
      'fetch',
      'ARCHIVE_UNREACHABLE',
      'Could not resolve host: example.com',
    ],
    [
      'a ref that is not there',
      { app: 'shop', git_url: GIT, ref: 'nope' },
      'fetch',
      'REF_NOT_FOUND',
      'fatal: nope^{commit}: not a valid SHA1',
    ],
    [
      'a repository that is not there',
      { app: 'shop', git_url: 'https://github.com/acme/none.git' },
      'fetch',
      'REPOSITORY_ACCESS_DENIED',
      'could not read Username',
    ],
    [
      'a build step',
      { app: 'shop', git_url: GIT, ref: 'broken' },
      'build',
      'BUILD_FAILED',
      'error: cannot find module ./missing',
    ],
    [
      'a release task',
      { app: 'shop', git_url: GIT, ref: 'failing-release' },
      'release',
      'RELEASE_TASK_FAILED',
      'migration 0042 failed: duplicate column',
    ],
    [
      'a health check',
      { app: 'shop', git_url: GIT, ref: 'unhealthy' },
      'health check',
      'HEALTH_CHECK_FAILED',
      'unexpected status code: 404',
    ],
  ])('%s', async (_what, input, phase, code, evidence) => {
    const before = on.app(input.app).containers.map(({ id }) => id);
    const answer = await on.call('deploy_start', input);
    expect([answer.isError, answer.code]).toEqual([true, 'DEPLOY_FAILED']);
    expect(answer.text).toContain(`The deploy of "${input.app}" failed in the ${phase} phase: `);
    expect(answer.text).toContain(`(${code})`);
    const fence = answer.text.indexOf('--- text from the host ');
    expect(fence).toBeGreaterThan(0);
    expect(answer.text.slice(fence)).toContain(evidence);
    expect(on.app(input.app).containers.map(({ id }) => id)).toEqual(before);
    const { data, text } = await on.call('deploy_status', { app: input.app });
    expect(data).toMatchObject({
      status: 'failed',
      diagnosis: { code, phase },
      serves: {
        running: 'true',
        source: expect.stringMatching(/^(?:image demo\/web:1|git .* at 1f0c9d3b5a7e)$/),
      },
    });
    expect(text).toContain('It serves ');
  });

  test('a crash at boot, with what the app printed; the version before serves on', async () => {
    await on.sim.given('config:set --no-restart web CRASH=1');
    const { code, text } = await on.call('deploy_start', { app: 'web', image: 'demo/web:2' });
    expect(code).toBe('DEPLOY_FAILED');
    expect(text).toContain(
      'failed in the start phase: the app ended right after its start: fatal: required setting DATABASE_URL is missing (CRASHED_AT_BOOT)',
    );
    expect(text).toContain('a restart, a change of scale or of configuration would start it');
    expect(on.app('web').source.deployMetadata).toBe('demo/web:1');
    expect(on.app('web').containers.map(({ state }) => state)).toEqual(['running']);
  });

  test('an app that was never deployed cannot be rebuilt', async () => {
    const { code } = await on.call('deploy_start', { app: 'empty', rebuild: true });
    expect(code).toBe('NOT_DEPLOYED');
    const status = await on.call('deploy_status', { app: 'empty' });
    expect([status.code, status.text]).toEqual(['NOT_FOUND', expect.stringContaining('never deployed')]);
    expect(on.sim.changes()).toEqual([]);
  });

  test.each([
    [{}, 'image: nothing says what to deploy'],
    [{ image: 'demo/web:1', rebuild: true }, 'image: image and rebuild cannot be deployed together'],
    [{ rebuild: true, ref: 'v1' }, 'ref: a ref belongs to a git_url'],
    [{ image: 'Demo/Web' }, 'image: an image is like'],
    [{ image: '--help' }, 'image: an image is like'],
    [{ git_url: 'file:///etc/passwd' }, 'git_url: a repository address is like'],
    [{ git_url: 'ext::sh -c id' }, 'git_url: a repository address is like'],
    [
      { git_url: 'https://me:token@github.com/a/b.git' },
      'git_url: a repository address must not hold a password',
    ],
    [{ git_url: GIT, ref: '--upload-pack=id' }, 'ref: a ref is a branch, tag or commit'],
    [{ archive_url: 'ftp://x/y.tar' }, 'archive_url: an archive address begins with http'],
  ])('%j names its field, and nothing is sent', async (input, words) => {
    const { code, text } = await on.call('deploy_start', { app: 'empty', ...input });
    expect(code).toBe('INVALID_ARGUMENT');
    expect(text).toContain(words);
    expect(text).not.toContain('me:token');
    expect(on.sim.changes()).toEqual([]);
  });
});
