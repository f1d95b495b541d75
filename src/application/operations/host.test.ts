import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { ResourceMonitor } from '../monitor.ts';
import { readSamples } from '../samples.ts';
import { hostCleanup } from './host-cleanup.ts';
import { hostInfo } from './host-info.ts';
import { hostSamples } from './host-samples.ts';
import { registrySet } from './registry.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create blog'] });
});
afterEach(() => on.close());

describe('host_info', () => {
  const rows = async (
    about: 'server' | 'plugins' | 'cron' | 'ssh_keys' | 'events' | 'registry' | 'scheduler',
  ) => await on.ask(hostInfo, { about });

  it('shows the machine, and names what only an administrator sees', async () => {
    const { data, text } = await rows('server');
    expect(data.rows).toContainEqual({ name: 'cpus', value: '2' });
    expect(data.rows).toContainEqual({ name: 'containers', value: '1 running, 0 stopped' });
    expect(data.beyond.map(({ command }) => command)).toContain('docker system df');
    expect(text).toContain('an administrator runs on the host');
  });

  it('lists plugins, keys, schedulers and registries', async () => {
    on.host.install('letsencrypt');
    expect((await rows('plugins')).data.rows).toMatchObject([{ name: 'letsencrypt', enabled: 'yes' }]);
    expect((await rows('ssh_keys')).data.rows).toMatchObject([{ name: 'admin' }]);
    expect((await rows('scheduler')).data.rows).toEqual([
      { app: 'blog', scheduler: 'docker-local' },
      { app: 'shop', scheduler: 'docker-local' },
    ]);
    await on.given('registry:set shop server ghcr.io');
    expect((await rows('registry')).data.rows).toMatchObject([
      { app: 'blog' },
      { app: 'shop', server: 'ghcr.io/' },
    ]);
  });

  it('lists the nodes of k3s and says what differs there, only where an app runs on it', async () => {
    on.host.world.cluster = [
      {
        name: 'head',
        roles: ['control-plane', 'master'],
        ready: true,
        remoteHost: '',
        version: 'v1.32.6+k3s1',
      },
      { name: 'worker-1', roles: [], ready: false, remoteHost: 'root@worker-1', version: 'v1.31.9+k3s1' },
    ];
    expect((await rows('scheduler')).data.notes).toEqual([]);
    await on.given('scheduler:set shop selected k3s');
    const { data, text } = await rows('scheduler');
    expect(data.rows).toEqual([
      { app: 'blog', scheduler: 'docker-local' },
      { app: 'shop', scheduler: 'k3s' },
      { node: 'head', ready: 'yes', roles: 'control-plane master', version: 'v1.32.6+k3s1' },
      { node: 'worker-1', ready: 'NO', roles: '', version: 'v1.31.9+k3s1' },
    ]);
    expect(text).toContain('Apps on k3s: deploys, logs, run, enter, stop and scale work as ever');
    expect(text).toContain('storage needs entries with scheduler k3s');
    expect(text).toContain('Not ready, so nothing new is placed there: worker-1');
  });

  it.each([
    ['down', /The nodes could not be read: .*kubernetes api not available/],
    [undefined, /The nodes could not be read: .*Unable to create kubernetes client/],
  ] as const)('says why the nodes of a cluster that is %s are not there', async (cluster, reason) => {
    if (cluster !== undefined) on.host.world.cluster = cluster;
    await on.given('scheduler:set shop selected k3s');
    const { data, text } = await rows('scheduler');
    expect(data.rows).toHaveLength(2);
    expect(text).toMatch(reason);
    expect(text).toContain('Apps on k3s');
  });

  it('asks only apps that have tasks for them', async () => {
    on.app('shop').cron.push({ id: 'abc', command: 'bin/clean', schedule: '@daily', maintenance: true });
    const { data } = await rows('cron');
    expect(data.rows).toEqual([
      { app: 'shop', schedule: '@daily', command: 'bin/clean', runs: 'no (maintenance)', id: 'abc' },
    ]);
    expect(on.wire.argv.map((words) => words.join(' '))).not.toContain('cron:list blog --format json');
  });

  it('says when events are off, and fences them when they are not', async () => {
    expect((await rows('events')).text).toContain('events:on starts it');
    on.host.eventsOn = true;
    on.host.eventsLog.push('Nov 25 10:00:00 dokku-event[1]: INVOKED: post-deploy( shop )');
    expect(await rows('events')).toMatchObject({
      untrusted: expect.stringContaining('post-deploy') as unknown,
    });
  });
});

describe('host_cleanup', () => {
  it('shows what would go, then does it and reads back', async () => {
    const plan = await on.plan(hostCleanup, {});
    expect(plan.commands.map(({ name }) => name)).toEqual(['cleanup', 'ps:retire']);
    expect(plan.consequences.join('\n')).toMatch(
      /Stopped containers .* go\..*\n.*\nNow: 0 stopped containers, 8 images/,
    );
    const { answer } = await on.apply(hostCleanup, {});
    expect(answer?.text).toContain('Now 0 stopped containers');
  });

  it('asks a person where something goes for good', async () => {
    expect(await on.plan(hostCleanup, { parts: ['builds'] })).toMatchObject({
      effect: 'destructive',
      typedName: 'builds',
      commands: [{ name: 'builds:prune', args: ['--all-apps'] }],
    });
  });
});

describe('samples', () => {
  const monitor = () =>
    new ResourceMonitor({
      host: (name) => ({ ...on.context, name }),
      state: on.context.state,
      clock: on.context.clock,
    });
  const later = (ms: number) => on.context.clock.sleep(ms);

  it('are none until somebody asks', async () => {
    const { data, text } = await on.ask(hostSamples, {});
    expect(data.samples).toBe(0);
    expect(text).toContain('take: true');
    expect(on.wire.argv).toEqual([]);
  });

  it('keep disk, memory and apps, and cost no more with more apps', async () => {
    const { data } = await on.ask(hostSamples, { take: true });
    // Dokku tells both ends in whole seconds.
    const { startedAt, finishedAt = 0 } = on.app('shop').builds[0] ?? { startedAt: 0 };
    const seconds = Math.floor(finishedAt / 1000) - Math.floor(startedAt / 1000);
    expect(seconds).toBeGreaterThan(20);
    expect(data).toMatchObject({
      samples: 1,
      disks: [{ mount: '/', used_percent: 19 }],
      memory_available_mib: 3102,
      apps: [
        { name: 'blog', restarts: 0 },
        { name: 'shop', running: 'true', uptime: 1, last_build_seconds: seconds },
      ],
    });
    const cost = async () => {
      const before = on.wire.argv.length;
      await later(60_000);
      await monitor().sample('sim');
      return on.wire.argv.length - before;
    };
    await cost();
    const few = await cost();
    for (let index = 0; index < 30; index += 1) await on.given(`apps:create app-${index}`);
    expect(await cost()).toBeLessThanOrEqual(few + 3);
  });

  it('are not taken twice within a minute', async () => {
    const [one, two] = [await monitor().sample('sim'), await monitor().sample('sim')];
    expect(two).toEqual(one);
    expect(await readSamples(on.context)).toHaveLength(1);
  });

  it('look closely at a few apps in turn', async () => {
    for (const name of ['a', 'b', 'c'])
      await on.given(`apps:create ${name}`, `git:from-image ${name} demo/web:1`);
    const one = monitor();
    const closely: string[][] = [];
    for (let round = 0; round < 2; round += 1) {
      const { apps } = await one.sample('sim');
      closely.push(apps.filter(({ processes }) => processes !== undefined).map(({ name }) => name));
      await later(60_000);
    }
    expect(closely).toEqual([
      ['a', 'b'],
      ['c', 'shop'],
    ]);
  });

  it('run on a schedule until it is ended, also while a host cannot be reached', async () => {
    const stop = new AbortController();
    let calls = 0;
    on.wire.before = ([name]) => {
      if (name === 'report') calls += 1;
      if (calls === 3) stop.abort();
    };
    await monitor().run(['sim'], 5, stop.signal);
    const taken = await readSamples(on.context);
    expect(taken.length).toBeGreaterThanOrEqual(2);
    expect((taken[1]?.at ?? 0) - (taken[0]?.at ?? 0)).toBeGreaterThanOrEqual(5 * 60_000);
  });

  it('are kept for 30 days', async () => {
    await on.context.state.put('samples/sim/2020-01-01', [{ at: 0, disks: [], apps: [] }]);
    await monitor().sample('sim');
    expect(await on.context.state.list('samples/sim/')).toHaveLength(1);
  });

  it('tell a trend and an alert', async () => {
    const now = on.context.clock.now();
    const grown = [60, 70, 80, 90].map((usedPercent, index) => ({
      at: now - (3 - index) * 24 * 3_600_000,
      disks: [{ mount: '/', usedPercent }],
      apps: [{ name: 'shop', running: 'true', restarts: index }],
    }));
    await on.context.state.put(`samples/sim/${new Date(now).toISOString().slice(0, 10)}`, [
      ...grown,
      'torn',
      { at: 'x' },
    ]);
    const { data, text } = await on.ask(hostSamples, {});
    expect(data.disks).toEqual([{ mount: '/', used_percent: 90, percent_per_day: 10, days_until_full: 0.5 }]);
    expect(data.alerts).toMatchObject([
      { rule: 'disk-filling', severity: 'critical', call: { name: 'command_execute' } },
    ]);
    expect(text).toContain('10 % a day, full in 0.5 days');
  });
});

describe('registry_set', () => {
  const login = {
    action: 'login' as const,
    server: 'ghcr.io',
    username: 'bot',
    password: { env: 'SECRET_A' },
  };

  it('logs in with a password that travels on standard input and is never shown', async () => {
    const plan = await on.plan(registrySet, { ...login, app: 'shop' });
    expect(plan.commands).toEqual([
      {
        name: 'registry:login',
        args: ['--password-stdin', 'shop', 'ghcr.io', 'bot'],
        stdin: 'from-the-env',
        secrets: ['from-the-env'],
      },
    ]);
    expect(JSON.stringify([plan.summary, plan.facts, plan.consequences])).not.toContain('from-the-env');
    expect(plan.inverse).toEqual([{ name: 'registry:logout', args: ['shop', 'ghcr.io'] }]);
    expect((await on.plan(registrySet, login)).commands[0]?.args).toContain('--global');
  });

  it.each([
    [{ ...login, password: undefined }, /^password: login needs it/],
    [{ ...login, username: undefined }, /^username: login needs it/],
    [{ ...login, app: 'absent' }, /no app named "absent"/],
    [{ ...login, password: { env: 'HOME' } }, /secret_env/],
  ])('refuses %j', async (input, reason) => {
    await expect(on.plan(registrySet, input)).rejects.toThrow(reason);
  });
});
