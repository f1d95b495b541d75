import type { Operator } from './operator.ts';

/** How an operator gets an app into trouble, and what has to be said of it. */
export interface Scenario {
  /** The code that has to come first. */
  readonly cause: string;
  readonly title: string;
  readonly app: string;
  /** Brings the app there; what it returns puts the world right again. */
  readonly happens: (operator: Operator, app: string) => Promise<undefined | (() => void | Promise<void>)>;
  /** Stands in the evidence. */
  readonly evidence: string;
  /** Stands in the next call, written as JSON. */
  readonly next: string;
}

const GIT = 'https://github.com/acme/shop.git';

type Happens = Scenario['happens'];
const by =
  (work: (operator: Operator, app: string) => Promise<void>): Happens =>
  async (operator, app) => {
    await work(operator, app);
    return undefined;
  };

/** The sixteen causes, each as it comes after a deploy that had worked or at the first one. */
export const scenarios: readonly Scenario[] = [
  {
    cause: 'CRASHED_AT_BOOT',
    title: 'crash at boot',
    app: 'crash',
    evidence: 'panic: bad template',
    next: '"image":"acme/web:2"',
    happens: by(async (operator, app) => {
      operator.publishes('acme/web:2', { CRASH: 'panic: bad template' });
      await operator.deploys(app);
      await operator.failsAt(`git:from-image ${app} acme/web:2`);
    }),
  },
  {
    cause: 'MISSING_VARIABLE',
    title: 'missing variable',
    app: 'unset',
    evidence: 'fatal: required setting DATABASE_URL is missing',
    next: '"values":{"DATABASE_URL":',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`config:set --no-restart ${app} CRASH=1`);
      await operator.failsAt(`git:from-image ${app} demo/web:2`);
    }),
  },
  {
    cause: 'HEALTH_CHECK_FAILED',
    title: 'failing health check',
    app: 'unhealthy',
    evidence: 'unexpected status code: 503',
    next: `"git_url":"${GIT}"`,
    happens: by(async (operator, app) => {
      await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
      await operator.does(`config:set --no-restart ${app} UNHEALTHY=1`);
      await operator.failsAt(`git:sync --build ${app} ${GIT} v2`);
    }),
  },
  {
    cause: 'WRONG_PORT',
    title: 'wrong port',
    app: 'elsewhere',
    evidence: 'ports:list elsewhere: http:80:8080',
    next: '"ports":["http:80:5000"]',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`ports:set ${app} http:80:8080`);
    }),
  },
  {
    cause: 'OUT_OF_MEMORY',
    title: 'out of memory',
    app: 'hungry',
    evidence: 'web.1 exited, exit code 137, restarted 10 times, OOMKilled true',
    next: '"limit":{"memory":"128m"}',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(
        `resource:limit --memory 64m ${app}`,
        `config:set ${app} MEMORY_MB=200 MEMORY_AFTER=1m`,
      );
      operator.waits(60);
    }),
  },
  {
    cause: 'STOPPED',
    title: 'stopped by hand',
    app: 'halted',
    evidence: 'ps:report halted: running false, restore false',
    next: '{"app":"halted","action":"start"}',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`ps:stop ${app}`);
    }),
  },
  {
    cause: 'PROXY_DISABLED',
    title: 'proxy disabled',
    app: 'unproxied',
    evidence: 'proxy:report unproxied: enabled false',
    next: '{"name":"proxy:enable","args":["unproxied"]}',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`proxy:disable ${app}`);
    }),
  },
  {
    cause: 'NO_DOMAIN',
    title: 'no domain',
    app: 'nameless',
    evidence: 'domains:report nameless: app-vhosts is empty',
    next: '"tool":"domains_set"',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`domains:clear ${app}`);
    }),
  },
  {
    cause: 'CERTIFICATE_EXPIRED',
    title: 'certificate expired',
    app: 'outdated',
    evidence: 'certs:report outdated: expires-at ',
    next: '"name":"certs_set"',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.certifies(app, `${app}.example.org`, -92, -2);
    }),
  },
  {
    cause: 'SERVICE_STOPPED',
    title: 'database stopped',
    app: 'linked',
    evidence: 'postgres:info linked-db: status missing',
    next: '{"action":"start","type":"postgres","service":"linked-db"}',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(
        `postgres:create ${app}-db`,
        `postgres:link ${app}-db ${app}`,
        `postgres:stop ${app}-db`,
      );
      await operator.failsAt(`ps:restart ${app}`);
    }),
  },
  {
    cause: 'IMAGE_NOT_FOUND',
    title: 'image missing',
    app: 'imageless',
    evidence: 'manifest for ghcr.io/acme/shop:2 not found',
    next: '"image":"ghcr.io/acme/shop:2"',
    happens: by(async (operator, app) => {
      await operator.deploys(app, 'ghcr.io/acme/shop:1');
      operator.host.world.gone.add('ghcr.io/acme/shop:2');
      await operator.failsAt(`git:from-image ${app} ghcr.io/acme/shop:2`);
    }),
  },
  {
    cause: 'DISK_FULL',
    title: 'disk full',
    app: 'crammed',
    evidence: 'no space left on device',
    next: '{"name":"cleanup","args":[]}',
    happens: async (operator, app) => {
      await operator.deploys(app);
      operator.host.world.diskFull = true;
      await operator.failsAt(`git:from-image ${app} demo/web:2`);
      return () => {
        operator.host.world.diskFull = false;
      };
    },
  },
  {
    cause: 'LOCKED',
    title: 'lock held',
    app: 'busy',
    evidence: 'builds:list busy: ',
    next: '"tool":"deploy_status"',
    happens: async (operator, app) => {
      await operator.deploys(app);
      const goOn = await operator.holds(`git:from-image ${app} demo/web:2`, 'Releasing');
      await operator.failsAt(`git:from-image ${app} demo/web:3`);
      return goOn;
    },
  },
  {
    cause: 'BUILD_FAILED',
    title: 'build broken',
    app: 'unbuilt',
    evidence: 'error: cannot find module ./missing',
    next: `"git_url":"${GIT}","ref":"broken"`,
    happens: by(async (operator, app) => {
      await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
      await operator.failsAt(`git:sync --build ${app} ${GIT} broken`);
    }),
  },
  {
    cause: 'RELEASE_TASK_FAILED',
    title: 'release task failed',
    app: 'unreleased',
    evidence: 'migration 0042 failed: duplicate column',
    next: '"ref":"failing-release"',
    happens: by(async (operator, app) => {
      await operator.does(`apps:create ${app}`, `git:sync --build ${app} ${GIT} v1`);
      await operator.failsAt(`git:sync --build ${app} ${GIT} failing-release`);
    }),
  },
  {
    cause: 'POISONED_CONFIG',
    title: 'environment unreadable',
    app: 'poisoned',
    evidence: 'config:keys poisoned: ',
    next: '"tool":"config_get"',
    happens: by(async (operator, app) => {
      await operator.deploys(app);
      await operator.does(`config:set --no-restart ${app} 'TOKEN=ab\\'`);
    }),
  },
];
