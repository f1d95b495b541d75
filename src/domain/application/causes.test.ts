import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Application } from './application.ts';
import type { AppFacts, FailedBuild } from './cause.ts';
import { rankCauses } from './causes.ts';
import { diagnose } from './diagnosis.ts';
import { parseOutput } from './output.ts';
import type { Process } from './process.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

const web: Process = {
  type: 'web',
  index: 1,
  state: 'running',
  restarts: 0,
  exitCode: 0,
  outOfMemory: false,
};

const well: Application = {
  name: 'shop',
  state: 'deployed',
  locked: false,
  running: 'true',
  processes: [web],
  scale: { desired: { web: 1 }, fixedByAppJson: false },
  domains: ['shop.example.org'],
  urls: ['http://shop.example.org'],
  ports: { mapped: ['http:80:5000'], detected: ['http:5000:5000'] },
  listeners: ['172.17.0.2:5000'],
  certificate: { enabled: false },
  proxy: { enabled: true, type: 'nginx' },
  configKeys: ['SECRET_KEY'],
  mounts: [],
  resources: {},
  checks: {},
  builds: [],
  cron: [],
  missing: [],
};

function factsOf(application: Partial<Application> = {}, facts: Partial<AppFacts> = {}): AppFacts {
  const all = { now: NOW, log: [], failedLog: [], services: [], unread: [] };
  return { ...all, application: { ...well, ...application }, ...facts };
}

function failed(output: string, source = 'git:from-image'): FailedBuild {
  const build = { id: 'b1', status: 'failed', kind: 'build', source, startedAt: NOW } as const;
  return { build, diagnosis: diagnose({ output }), output: parseOutput(output) };
}

const known = (at: number, empty: readonly string[] = []) => ({
  empty,
  changedAt: new Map([['API_TOKEN', at]]),
});
const codes = (facts: AppFacts): string[] => rankCauses(facts).map(({ code }) => code);
const first = (facts: AppFacts): string | undefined => codes(facts)[0];
const dead = (more: Partial<Process>): Partial<Application> => ({
  running: 'false',
  processes: [{ ...web, state: 'exited', ...more }],
});
const log = (...lines: readonly string[]) => ({ log: lines.map((text) => ({ process: 'web.1', text })) });
const crash = (...lines: readonly string[]): string =>
  [
    '-----> Deploying web (count=1)',
    " !     Failure in name='default': container has restarted 7 times",
    ' !     Could not start due to 1 failed checks (web.1)',
    '=====> Start of shop container output (0123456789ab web.1)',
    ...lines.map((line) => `       ${line}`),
    '=====> End of shop container output (0123456789ab web.1)',
  ].join('\n');

describe('processes', () => {
  it.each([
    ['killed for its memory', dead({ outOfMemory: true, exitCode: 137 }), {}, 'OUT_OF_MEMORY'],
    [
      'killed without docker saying why, below a limit',
      { ...dead({ exitCode: 137 }), resources: { 'web.limit.memory': '64m' } },
      {},
      'OUT_OF_MEMORY',
    ],
    ['killed without a limit', dead({ exitCode: 137 }), {}, 'CRASHED_AT_BOOT'],
    [
      'ended well but ended, below a limit',
      { ...dead({ exitCode: 0 }), resources: { 'web.limit.memory': '64m' } },
      {},
      'CRASHED_AT_BOOT',
    ],
    [
      'its words tell of memory',
      dead({ exitCode: 134 }),
      log('FATAL ERROR: JavaScript heap out of memory'),
      'OUT_OF_MEMORY',
    ],
    [
      'its words tell of a variable',
      dead({ exitCode: 1, restarts: 10 }),
      log("KeyError: 'STRIPE_KEY'"),
      'MISSING_VARIABLE',
    ],
    [
      'its words tell of a disk',
      dead({ exitCode: 1 }),
      log('write /data/x: no space left on device'),
      'DISK_FULL',
    ],
    [
      'restarting all the time',
      { processes: [{ ...web, state: 'restarting', restarts: 4, exitCode: 1 }] },
      log('boom'),
      'CRASHED_AT_BOOT',
    ],
    ['unhealthy by its image', { processes: [{ ...web, health: 'unhealthy' }] }, {}, 'HEALTH_CHECK_FAILED'],
    ['restarted now and then', { processes: [{ ...web, restarts: 5 }] }, {}, 'RESTARTS'],
    ['containers gone', { running: 'false', processes: [{ ...web, state: 'missing' }] }, {}, 'NOT_RUNNING'],
    [
      'scaled away',
      { running: 'false', processes: [], scale: { desired: { web: 0 }, fixedByAppJson: false } },
      {},
      'SCALED_TO_ZERO',
    ],
    ['never deployed', { state: 'created', running: 'false', processes: [] }, {}, 'NOT_DEPLOYED'],
  ] as [string, Partial<Application>, Partial<AppFacts>, string][])(
    '%s',
    (_how, application, facts, code) => {
      expect(first(factsOf(application, facts))).toBe(code);
    },
  );

  it('a worker that crashes beside a web process that serves only degrades the app', () => {
    const worker: Process = { ...web, type: 'worker', state: 'restarting', exitCode: 1, restarts: 3 };
    const [cause] = rankCauses(factsOf({ processes: [web, worker] }));
    expect([cause?.code, cause?.impact]).toEqual(['CRASHED_AT_BOOT', 'degraded']);
  });

  it('the log of another process is not held against the one that died', () => {
    const facts = factsOf(dead({ exitCode: 1 }), {
      log: [{ process: 'worker.1', text: 'API_KEY is not set' }],
    });
    expect(first(facts)).toBe('CRASHED_AT_BOOT');
  });
});

describe('the last deploy', () => {
  it.each([
    ['Error: connect ECONNREFUSED', 'CRASHED_AT_BOOT'],
    ['required setting API_TOKEN is missing', 'MISSING_VARIABLE'],
    ['Killed', 'OUT_OF_MEMORY'],
  ])('a container that said %s', (line, code) => {
    expect(first(factsOf({}, { failed: failed(crash(line)) }))).toBe(code);
  });

  it.each<[string, Partial<Application>, Partial<AppFacts>, string, string]>([
    ['never set', { configKeys: [] }, {}, 'is not set: set it', 'config_set'],
    ['set before it', {}, { variables: known(NOW - 1) }, 'its value is not what the app takes', 'config_set'],
    ['set, nobody knows when', {}, {}, 'since before, as far as is known', 'config_set'],
    [
      'set since',
      {},
      { variables: known(NOW + 1) },
      'was set only afterwards: start it again',
      'deploy_start',
    ],
    ['set, but empty', {}, { variables: known(NOW + 1, ['API_TOKEN']) }, 'set, but empty', 'config_set'],
  ])('over a variable that was %s', (_, application, more, words, tool) => {
    const facts = factsOf(
      { configKeys: ['API_TOKEN'], ...application },
      { failed: failed(crash('API_TOKEN is not set')), ...more },
    );
    const [cause] = rankCauses(facts);
    expect([cause?.code, cause?.next.tool]).toEqual(['MISSING_VARIABLE', tool]);
    expect(cause?.explanation).toContain(words);
  });

  it.each([
    [['PORT', 'API_TOKEN'], 'with which it was started', 'config_set'],
    [['PORT'], 'was set only afterwards', 'ps_control'],
  ])('a process that was started with %j', (variables, words, tool) => {
    const [cause] = rankCauses(
      factsOf(
        { ...dead({ exitCode: 1, variables }), configKeys: ['API_TOKEN'] },
        log('API_TOKEN is not set'),
      ),
    );
    expect([cause?.code, cause?.next.tool]).toEqual(['MISSING_VARIABLE', tool]);
    expect(cause?.explanation).toContain(words);
  });

  it('only blocks the next version while the one before it serves', () => {
    const build = failed(crash('boom'));
    expect(rankCauses(factsOf({}, { failed: build }))[0]?.impact).toBe('deploy');
    const never = factsOf({ state: 'created', running: 'false', processes: [] }, { failed: build });
    expect(rankCauses(never)[0]?.impact).toBe('down');
  });

  it('is repeated as it was made', () => {
    const next = (output: string, source: string) =>
      rankCauses(factsOf({}, { failed: failed(output, source) }))[0]?.next;
    expect(next(` !     Failed to pull image: acme/web:9\n`, 'git:from-image')?.arguments).toEqual({
      app: 'shop',
      image: 'acme/web:9',
    });
    const sync = '-----> Cloning shop from https://example.com/a.git#main\n !     App build failed\n';
    expect(next(sync, 'git:sync')?.arguments).toEqual({
      app: 'shop',
      git_url: 'https://example.com/a.git',
      ref: 'main',
    });
    expect(next(crash('boom'), 'ps:rebuild')?.arguments).toEqual({ app: 'shop', rebuild: true });
    expect(next(crash('boom'), 'ps:restart')?.arguments).toEqual({ app: 'shop', action: 'restart' });
  });

  it('a loopback address is told as such', () => {
    const own =
      " !     Failure in name='port listening check': container listening on unexpected IPv4 interface with an unexpected port: expected=0.0.0.0:5000 actual=127.0.0.1:3000";
    const [cause] = rankCauses(factsOf({}, { failed: failed(`${crash('up')}\n${own}`) }));
    expect(cause?.code).toBe('WRONG_PORT');
    expect(cause?.explanation).toContain('loopback');
  });

  it('what it failed of is told without a name where there is none', () => {
    const [cause] = rankCauses(factsOf({}, { failed: failed('something odd') }));
    expect([cause?.code, cause?.next.tool]).toEqual(['DEPLOY_FAILED', 'deploy_status']);
  });
});

describe('the way to the app', () => {
  it.each([
    ['proxy off', { proxy: { enabled: false, type: 'nginx' } }, 'PROXY_DISABLED'],
    ['no domain', { domains: [] }, 'NO_DOMAIN'],
    [
      'certificate of yesterday',
      { certificate: { enabled: true, expiresAt: 'Nov 24 12:00:00 2026 GMT' } },
      'CERTIFICATE_EXPIRED',
    ],
    ['mapped elsewhere', { ports: { mapped: ['http:80:8080'], detected: [] } }, 'WRONG_PORT'],
  ] as [string, Partial<Application>, string][])('%s', (_how, application, code) => {
    expect(codes(factsOf(application))).toEqual([code]);
  });

  it.each([
    [
      'a certificate of tomorrow',
      { certificate: { enabled: true, expiresAt: 'Nov 26 12:00:00 2026 GMT' } },
      {},
    ],
    [
      'a second port beside the right one',
      { ports: { mapped: ['http:80:5000', 'http:9090:9090'], detected: [] } },
      {},
    ],
    [
      'a second listener beside the right one',
      {},
      log('metrics listening on 9090', 'listening on 5000', 'admin on port 7000'),
    ],
    ['times in the log', {}, log('Server started at 10:15:30', 'ready in 1200 ms')],
  ] as [string, Partial<Application>, Partial<AppFacts>][])('%s is no fault', (_how, application, facts) => {
    expect(codes(factsOf(application, facts))).toEqual([]);
  });

  it('what was not read is not blamed', () => {
    const unread = ['domains', 'proxy'].map((part) => ({ part, reason: 'it timed out' }));
    expect(codes(factsOf({ domains: [], proxy: { enabled: false, type: '' } }, { unread }))).toEqual([]);
  });
});

test('a service that was down for the last start and runs again asks for a restart', () => {
  const output =
    'Error response from daemon: could not get container for dokku.postgres.db: No such container: dokku.postgres.db\n !     App failed';
  const running = {
    services: [{ type: 'postgres', name: 'db', status: 'running' }],
    failed: failed(output, 'ps:restart'),
  };
  const [cause] = rankCauses(factsOf({}, running));
  expect([cause?.code, cause?.impact, cause?.next.arguments]).toEqual([
    'SERVICE_STOPPED',
    'deploy',
    { app: 'shop', action: 'restart' },
  ]);
  const unread = rankCauses(factsOf({}, { ...running, services: [] }))[0];
  expect(unread?.next.arguments).toEqual({ action: 'start', type: 'postgres', service: 'db' });
});

describe('ranking', () => {
  type Change = (facts: AppFacts) => AppFacts;
  const app =
    (change: (application: Application) => Partial<Application>): Change =>
    (facts) => ({ ...facts, application: { ...facts.application, ...change(facts.application) } });

  const faults: readonly Change[] = [
    app(() => ({ state: 'stopped', running: 'false' })),
    app(() => dead({ exitCode: 1, restarts: 10 })),
    app(() => dead({ exitCode: 137, outOfMemory: true })),
    app(() => ({ proxy: { enabled: false, type: 'nginx' } })),
    app(() => ({ domains: [] })),
    app(() => ({ locked: true })),
    app(() => ({ certificate: { enabled: true, expiresAt: 'Nov 24 12:00:00 2026 GMT' } })),
    app(() => ({ ports: { mapped: ['http:80:8080'], detected: [] } })),
    (facts) => ({ ...facts, services: [...facts.services, { type: 'redis', name: 'r', status: 'missing' }] }),
    (facts) => ({
      ...facts,
      unread: [...facts.unread, { part: 'config', reason: 'unterminated', code: 'POISONED_CONFIG' }],
    }),
    (facts) => ({ ...facts, failed: failed(crash('boom')) }),
    (facts) => ({ ...facts, failed: failed(' !     Failed to pull image: a/b:1\n') }),
  ];

  const healthy: readonly Change[] = [
    app(({ processes }) => ({ processes: [...processes, { ...web, type: 'cron', index: 1 }] })),
    app(({ configKeys }) => ({ configKeys: [...configKeys, 'ANOTHER'] })),
    app(({ domains }) => ({ domains: domains.length === 0 ? [] : [...domains, 'www.example.org'] })),
    app(({ mounts }) => ({ mounts: [...mounts, { from: '/var/lib/dokku/data/storage/a', to: '/data' }] })),
    app(({ resources }) => ({ resources: { ...resources, 'cron.limit.memory': '512m' } })),
    (facts) => ({
      ...facts,
      services: [...facts.services, { type: 'postgres', name: 'pg', status: 'running' }],
    }),
    (facts) => ({ ...facts, log: [...facts.log, { process: 'cron.1', text: 'tick 7' }] }),
    (facts) => ({ ...facts, now: facts.now + 3_600_000 }),
  ];

  const some = (changes: readonly Change[]) => fc.subarray([...changes]);
  const changed = (changes: readonly Change[]): AppFacts =>
    changes.reduce((facts, change) => change(facts), factsOf());

  test('facts that are well never change what comes first, or anything else', () => {
    fc.assert(
      fc.property(some(faults), some(healthy), (wrong, right) => {
        expect(codes(changed([...wrong, ...right]))).toEqual(codes(changed(wrong)));
      }),
    );
  });

  test('one more fault takes no other away and keeps the order of the rest', () => {
    const routing = faults.slice(3);
    fc.assert(
      fc.property(some(routing), fc.constantFrom(...routing), (wrong, more) => {
        const before = codes(changed(wrong.filter((fault) => fault !== more)));
        const after = codes(changed([...wrong.filter((fault) => fault !== more), more]));
        const lost = before.filter((code) => !after.includes(code));
        // Without a proxy domains and mappings mean nothing; of two deploys only the last one counts.
        const given = ['NO_DOMAIN', 'WRONG_PORT', 'CRASHED_AT_BOOT', 'IMAGE_NOT_FOUND'];
        expect(lost.filter((code) => !given.includes(code))).toEqual([]);
        const kept = before.filter((code) => after.includes(code));
        expect(after.filter((code) => kept.includes(code))).toEqual(kept);
      }),
    );
  });

  test('each cause is told once, with evidence and a next call', () => {
    fc.assert(
      fc.property(some(faults), (wrong) => {
        const causes = rankCauses(changed(wrong));
        expect(new Set(causes.map(({ code }) => code)).size).toBe(causes.length);
        for (const { evidence, next, explanation } of causes) {
          expect(evidence.length).toBeGreaterThan(0);
          expect(evidence.length).toBeLessThanOrEqual(10);
          expect(next.tool).not.toBe('');
          expect(explanation).toMatch(/[.]$/);
        }
        if (wrong.length === 0) expect(causes).toEqual([]);
      }),
    );
  });
});
