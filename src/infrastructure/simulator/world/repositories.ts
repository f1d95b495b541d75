import type { AppJson, BuildStep, Revision } from './revision.ts';

/** A git repository that the host can reach: names of branches and tags, and the commits they point to. */
export interface RemoteRepository {
  readonly branches: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly commits: readonly Revision[];
}

const COMMIT_MAIN = 'eed6aa3d952ea79d814552b4004de2ad27b42f12';
const COMMIT_BROKEN = 'ee6d5a25970e216369fc14ee60fa836820bfc6a8';
const COMMIT_RELEASE = 'b491654c02f7a3d81f5a7c3e0b2d94661c8e7fa5';

const steps: readonly BuildStep[] = [
  { instruction: 'COPY web /app/web', seconds: 0.3 },
  { instruction: 'WORKDIR /app', seconds: 0 },
  {
    instruction: 'RUN echo "compiling assets (none)" && sleep 2 && echo "assets compiled"',
    seconds: 2.2,
    output: [
      [0.145, 'compiling assets (none)'],
      [2.146, 'assets compiled'],
    ],
  },
];

const appJson: AppJson = {
  formation: { web: { quantity: 1 }, worker: { quantity: 1 } },
  healthchecks: { web: [{ name: 'web check', path: '/health', attempts: 5, timeout: 3 }] },
  cron: [
    { command: '/app/web --version', schedule: '*/30 * * * *' },
    { command: 'echo nightly', schedule: '@daily' },
  ],
  predeploy: 'echo predeploy ran',
  postdeploy: 'echo postdeploy ran',
};

const good: Revision = {
  sha: COMMIT_MAIN,
  dockerfile: {
    bytes: 218,
    from: 'busybox:latest',
    context: '5.80MB',
    steps,
    exposes: [5000],
    command: ['/app/web'],
    directory: '/app',
  },
  procfile: {
    web: '/app/web',
    worker: '/app/web worker',
    release: 'echo "running migrations" && sleep 1 && echo "migrations done"',
  },
  appJson,
};

const broken: Revision = {
  ...good,
  sha: COMMIT_BROKEN,
  parent: COMMIT_MAIN,
  dockerfile: {
    bytes: 139,
    from: 'busybox:latest',
    steps: [
      {
        instruction: 'RUN echo step one && sh -c "echo error: cannot find module ./missing >&2; exit 2"',
        seconds: 0.3,
        output: [
          [0.19, 'step one'],
          [0.192, 'error: cannot find module ./missing'],
        ],
        exit: 2,
      },
    ],
  },
};

const failingRelease: Revision = {
  ...good,
  sha: COMMIT_RELEASE,
  parent: COMMIT_MAIN,
  dockerfile: { ...good.dockerfile, order: [1, 0, 2] },
  procfile: {
    ...good.procfile,
    release: 'echo "migration 0042 failed: duplicate column" >&2; exit 4',
  },
};

const story: RemoteRepository = {
  branches: { broken: COMMIT_BROKEN, 'failing-release': COMMIT_RELEASE, main: COMMIT_MAIN },
  tags: { v2: COMMIT_MAIN },
  commits: [good, broken, failingRelease],
};

/** A shop with two releases, and one branch for each way in which a deploy can fail. */
function shop(): RemoteRepository {
  const first: Revision = { ...good, sha: '1f0c9d3b5a7e4c2d8b6a9f1e3d5c7b9a2e4f6081' };
  const second: Revision = { ...good, sha: '2a7b4e6d8c1f3095b7d9e1c3a5f7081b2d4c6e8f', parent: first.sha };
  const failing = (sha: string, from: Revision): Revision => ({ ...from, sha, parent: second.sha });
  const bad = failing('3c5e7f9a1b2d4860c8e0a2f4b6d8193c5e7f9a1b', broken);
  const release = failing('4d6f8a0b2c3e5971d9f1b3a5c7e92a4d6f8a0b2c', failingRelease);
  const unhealthy = failing('5e7a9b1c3d4f6082e0a2c4b6d8f03b5e7a9b1c3d', {
    ...good,
    appJson: {
      ...appJson,
      healthchecks: { web: [{ name: 'web check', path: '/ready', attempts: 5, timeout: 3 }] },
    },
  });
  return {
    branches: {
      broken: bad.sha,
      'failing-release': release.sha,
      main: second.sha,
      unhealthy: unhealthy.sha,
    },
    tags: { v1: first.sha, v2: second.sha },
    commits: [first, second, bad, release, unhealthy],
  };
}

/** The repositories by their address. */
export function repositories(): Map<string, RemoteRepository> {
  return new Map([
    ['git://127.0.0.1/multi.git', story],
    ['https://github.com/acme/shop.git', shop()],
    ['https://github.com/acme/shop', shop()],
  ]);
}
