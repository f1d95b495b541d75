import type { Scenario } from './scenarios.ts';

type Variant = Pick<Scenario, 'cause' | 'app' | 'happens'> & { readonly how: string };

const GIT = 'https://github.com/acme/shop.git';

const variant = (
  cause: string,
  how: string,
  app: string,
  work: (...args: Parameters<Scenario['happens']>) => Promise<void>,
): Variant => ({
  cause,
  how,
  app,
  happens: async (operator, name) => {
    await work(operator, name);
    return undefined;
  },
});

/** Other ways into the same trouble: at the first deploy, after one that worked, of a worker, beside another trouble. */
export const variants: readonly Variant[] = [
  variant('CRASHED_AT_BOOT', 'at the first deploy', 'a', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `config:set --no-restart ${app} "CRASH=segfault at 0x0"`);
    await operator.failsAt(`git:from-image ${app} demo/web:1`);
  }),
  variant(
    'CRASHED_AT_BOOT',
    'at the restart after a change of config',
    'two-words',
    async (operator, app) => {
      await operator.deploys(app);
      await operator.tries(`config:set ${app} "CRASH=Error: invalid flag --turbo"`);
    },
  ),
  variant('CRASHED_AT_BOOT', 'a worker', 'worker', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `ps:scale ${app} web=0 worker=1`);
    await operator.does(
      `git:from-image ${app} demo/web:1`,
      `config:set --no-restart ${app} "CRASH=Killjoy error"`,
    );
    await operator.failsAt(`ps:restart ${app}`);
  }),
  variant('CRASHED_AT_BOOT', 'unseen, because its checks are off', 'unchecked', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `checks:disable ${app}`);
    await operator.does(`config:set --no-restart ${app} "CRASH=panic: nil pointer"`);
    await operator.does(`git:from-image ${app} demo/web:1`);
    operator.waits(10);
  }),
  variant(
    'CRASHED_AT_BOOT',
    'with a memory limit that has nothing to do with it',
    'limited',
    async (operator, app) => {
      operator.publishes('acme/api:1', { CRASH: 'TypeError: undefined is not a function' });
      await operator.does(`apps:create ${app}`, `resource:limit --memory 512m ${app}`);
      await operator.failsAt(`git:from-image ${app} acme/api:1`);
    },
  ),
  variant('MISSING_VARIABLE', 'at the first deploy', 'shop.test', async (operator, app) => {
    operator.publishes('acme/api:1', { REQUIRES: 'API_TOKEN' });
    await operator.does(`apps:create ${app}`);
    await operator.failsAt(`git:from-image ${app} acme/api:1`);
  }),
  variant('MISSING_VARIABLE', 'taken away by hand', 'api-2', async (operator, app) => {
    operator.publishes('acme/api:1', { REQUIRES: 'API_TOKEN' });
    await operator.does(`apps:create ${app}`, `config:set --no-restart ${app} API_TOKEN=x`);
    await operator.does(`git:from-image ${app} acme/api:1`, `config:unset --no-restart ${app} API_TOKEN`);
    await operator.failsAt(`ps:restart ${app}`);
  }),
  variant(
    'MISSING_VARIABLE',
    'of every process, unseen because the checks are off',
    'jobs',
    async (operator, app) => {
      await operator.does(`apps:create ${app}`, `ps:scale ${app} worker=1`);
      operator.publishes('acme/jobs:1', { REQUIRES: 'QUEUE_URL' });
      await operator.does(`checks:disable ${app}`, `git:from-image ${app} acme/jobs:1`);
      operator.waits(1);
    },
  ),
  variant('HEALTH_CHECK_FAILED', 'at the first deploy, another status', 'ready', async (operator, app) => {
    await operator.does(`apps:create ${app}`);
    await operator.failsAt(`git:sync --build ${app} ${GIT} unhealthy`);
  }),
  variant('HEALTH_CHECK_FAILED', 'at a restart', 'sick', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
    await operator.tries(`config:set ${app} UNHEALTHY=1`);
  }),
  variant('WRONG_PORT', 'at the first deploy: it ignores $PORT', 'stubborn', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `config:set --no-restart ${app} ALT_PORT=3000`);
    await operator.failsAt(`git:from-image ${app} demo/web:1`);
  }),
  variant('WRONG_PORT', 'its health check finds nobody there', 'deaf', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `config:set --no-restart ${app} ALT_PORT=3000`);
    await operator.failsAt(`git:sync --build ${app} ${GIT} v1`);
  }),
  variant('WRONG_PORT', 'unseen, because its checks are skipped', 'skipped', async (operator, app) => {
    await operator.does(
      `apps:create ${app}`,
      `checks:skip ${app}`,
      `config:set --no-restart ${app} ALT_PORT=3000`,
    );
    await operator.does(`git:from-image ${app} demo/web:1`);
  }),
  variant('OUT_OF_MEMORY', 'at the first deploy', 'greedy', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `resource:limit --memory 32m ${app}`);
    await operator.does(`config:set --no-restart ${app} MEMORY_MB=300`);
    await operator.failsAt(`git:from-image ${app} demo/web:1`);
  }),
  variant('OUT_OF_MEMORY', 'a worker with a limit of its own', 'batch', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `ps:scale ${app} worker=1`);
    await operator.does(`resource:limit --memory 64m --process-type worker ${app}`);
    await operator.does(`config:set --no-restart ${app} MEMORY_MB=100 MEMORY_AFTER=5m`);
    await operator.does(`git:from-image ${app} demo/web:1`);
    operator.waits(120);
  }),
  variant('STOPPED', 'after a deploy that failed', 'weary', async (operator, app) => {
    await operator.deploys(app);
    await operator.failsAt(`git:from-image ${app} demo/nothere:1`);
    await operator.does(`ps:stop ${app}`);
  }),
  variant('STOPPED', 'with its database', 'resting', async (operator, app) => {
    await operator.deploys(app);
    await operator.does(
      `redis:create cache`,
      `redis:link cache ${app}`,
      `ps:stop ${app}`,
      'redis:stop cache',
    );
  }),
  variant(
    'PROXY_DISABLED',
    'beside a missing domain and a certificate that ended',
    'hidden',
    async (operator, app) => {
      await operator.deploys(app);
      await operator.certifies(app, 'hidden.example.org', -90, -1);
      await operator.does(`domains:clear ${app}`, `proxy:disable ${app}`);
    },
  ),
  variant('NO_DOMAIN', 'beside a database that runs', 'anonymous', async (operator, app) => {
    await operator.deploys(app);
    await operator.does(`postgres:create pg`, `postgres:link pg ${app}`, `domains:clear ${app}`);
  }),
  variant('CERTIFICATE_EXPIRED', 'beside a broken build', 'stale', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
    await operator.certifies(app, 'stale.example.org', -400, -35);
    await operator.failsAt(`git:sync --build ${app} ${GIT} broken`);
  }),
  variant('SERVICE_STOPPED', 'while the app still runs', 'fragile', async (operator, app) => {
    await operator.deploys(app);
    await operator.does(`redis:create sessions`, `redis:link sessions ${app}`, 'redis:stop sessions');
  }),
  variant('SERVICE_STOPPED', 'paused, with one beside it that runs', 'twofold', async (operator, app) => {
    await operator.deploys(app);
    await operator.does(
      'postgres:create one',
      'redis:create two',
      `postgres:link one ${app}`,
      `redis:link two ${app}`,
    );
    await operator.does('postgres:pause one');
  }),
  variant('SERVICE_STOPPED', 'at the first deploy', 'early', async (operator, app) => {
    await operator.does(`apps:create ${app}`, 'postgres:create later', `postgres:link later ${app}`);
    await operator.does('postgres:stop later');
    await operator.failsAt(`git:from-image ${app} demo/web:1`);
  }),
  variant('IMAGE_NOT_FOUND', 'at the first deploy', 'misspelt', async (operator, app) => {
    await operator.does(`apps:create ${app}`);
    await operator.failsAt(`git:from-image ${app} demo/nothere:1`);
  }),
  variant('DISK_FULL', 'while an image is pulled', 'swollen', async (operator, app) => {
    await operator.does(`apps:create ${app}`);
    operator.host.world.diskFull = true;
    await operator.failsAt(`git:from-image ${app} nginx:1.27`);
  }),
  variant('DISK_FULL', 'at a restart', 'bloated', async (operator, app) => {
    await operator.deploys(app);
    operator.host.world.diskFull = true;
    await operator.failsAt(`ps:restart ${app}`);
  }),
  variant('LOCKED', 'by hand', 'frozen', async (operator, app) => {
    await operator.deploys(app);
    await operator.does(`apps:lock ${app}`);
  }),
  variant(
    'LOCKED',
    'left behind by a client that went away in the build',
    'orphan',
    async (operator, app) => {
      await operator.deploys(app);
      await operator.leaves(`git:from-image ${app} demo/web:2`, 1500);
    },
  ),
  variant('BUILD_FAILED', 'at the first deploy', 'raw', async (operator, app) => {
    await operator.does(`apps:create ${app}`);
    await operator.failsAt(`git:sync --build ${app} ${GIT} broken`);
  }),
  variant('BUILD_FAILED', 'and the app was restarted after it', 'retried', async (operator, app) => {
    await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
    await operator.failsAt(`git:sync --build ${app} ${GIT} broken`);
    await operator.does(`ps:restart ${app}`);
  }),
  variant('RELEASE_TASK_FAILED', 'at the first deploy', 'migrating', async (operator, app) => {
    await operator.does(`apps:create ${app}`);
    await operator.failsAt(`git:sync --build ${app} ${GIT} failing-release`);
  }),
  variant(
    'POISONED_CONFIG',
    'before the first deploy, and the start without variables',
    'bitter',
    async (operator, app) => {
      await operator.does(`apps:create ${app}`, `config:set --no-restart ${app} 'KEY=x\\'`);
      await operator.does(`git:from-image ${app} demo/web:1`, `ps:restart ${app}`);
    },
  ),
  variant(
    'POISONED_CONFIG',
    'beside a missing domain and a stopped database',
    'cursed',
    async (operator, app) => {
      await operator.deploys(app);
      await operator.does(
        `postgres:create cursed-db`,
        `postgres:link cursed-db ${app}`,
        `domains:clear ${app}`,
      );
      await operator.does('postgres:stop cursed-db', `config:set --no-restart ${app} 'KEY=\\\\'`);
    },
  ),
];
