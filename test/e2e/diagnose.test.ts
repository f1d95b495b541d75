import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { appDiagnose } from '../../src/application/operations/app-diagnose.ts';
import { moveIn } from '../causes/bench.ts';
import { Operator } from '../causes/operator.ts';
import { scenarios } from '../causes/scenarios.ts';
import { eras } from '../support/mcp.ts';
import { say } from '../support/simulated-session.ts';
import { stage } from '../support/stage.ts';

/** Reports that get dearer with every app of the host; a diagnosis of one app must send none of them. */
const MOST_COMMANDS = 40;

/** What an app prints may hold its variables: it is not read where they cannot be. */
const withheld = (cause: string): readonly string[] =>
  cause === 'POISONED_CONFIG' ? ['config', 'logs', 'failed containers', 'restarts'] : ['config'];

describe.each(eras)('what is wrong with an app, %s', (era) => {
  const on = stage(era);

  beforeAll(async () => moveIn(new Operator(on.sim.host)));

  // One host for all: every app that was brought into trouble stays there as a neighbour of the next ones.
  test.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      const { app, cause, evidence, next, happens } = scenario;
      const after = await happens(new Operator(on.sim.host), app);
      const { data, text, isError } = await on.call('app_diagnose', { app });
      await after?.();
      const { causes, unread } = appDiagnose.output.parse(data);
      expect([isError, causes[0]?.code]).toEqual([false, cause]);
      expect(causes[0]?.evidence.join('\n')).toContain(evidence);
      expect(JSON.stringify(causes[0]?.next)).toContain(next);
      expect(text).toContain(`What is wrong with ${app}, to be mended in this order:\n1. ${cause} (`);
      const fence = text.indexOf('--- text from the host ');
      expect(text.indexOf(evidence)).toBeGreaterThan(fence);
      expect(unread.map(({ part }) => part).filter((part) => !withheld(cause).includes(part))).toEqual([]);
      expect(on.sim.changes()).toEqual([]);
      const commands = on.sim.commands();
      expect(commands.length).toBeLessThanOrEqual(MOST_COMMANDS);
      expect(commands.filter((line) => /:report(?: --|$)/.test(line))).toEqual([]);
    },
  );

  test('nothing is wrong with the apps beside them', async () => {
    for (const app of ['well', 'well-git']) {
      const { data, text } = await on.call('app_diagnose', { app });
      expect(appDiagnose.output.parse(data).causes).toEqual([]);
      expect(text).toMatch(/^Nothing wrong found with \S+\. Checked: state, processes, last deploy, /);
    }
  });

  test('an app in trouble is told to be asked about', async () => {
    expect((await on.call('apps_info', { app: 'halted' })).text).toContain('app_diagnose');
    expect((await on.call('apps_info', { app: 'well' })).text).not.toContain('app_diagnose');
  });

  test.each([
    [
      'refused by the app',
      'connect() failed (111: Connection refused) while connecting to upstream',
      502,
      'UPSTREAM_REFUSED',
      '"tool":"logs_read"',
    ],
    [
      'too slow',
      'upstream timed out (110: Connection timed out) while reading response header from upstream',
      504,
      'UPSTREAM_TIMEOUT',
      '"tool":"logs_read"',
    ],
    [
      'too large for the proxy',
      'client intended to send too large body: 5242880 bytes',
      413,
      'BODY_TOO_LARGE',
      '"args":["served","client-max-body-size","8m"]',
    ],
  ])('requests that are %s', async (_, words, status, code, next) => {
    const operator = new Operator(on.sim.host);
    if (!on.sim.host.apps.has('served')) await operator.deploys('served');
    const { stdout } = await say(on.sim.host, 'network:report served --network-web-listeners');
    const listener = stdout.trim();
    const app = on.app('served');
    const upstream = `, upstream: "http://${listener}/login?token=hunter2hunter2"`;
    app.errorLog = [
      `2026/11/25 12:00:00 [error] 77#77: *9 ${words}, client: 203.0.113.9, request: "GET /login?token=hunter2hunter2 HTTP/1.1"${status === 413 ? '' : upstream}`,
    ];
    app.accessLog = [
      `203.0.113.9 - - [25/Nov/2026:12:00:00 +0000] "GET /login HTTP/1.1" ${status} 157 "-" "curl/8"`,
    ];
    const { data, text } = await on.call('app_diagnose', { app: 'served' });
    const [cause] = appDiagnose.output.parse(data).causes;
    expect(cause?.code).toBe(code);
    expect(cause?.evidence.join('\n')).toContain(
      `nginx:error-logs served: 2026/11/25 12:00:00 [error] 77#77: *9 ${words}`,
    );
    expect(cause?.evidence.join('\n')).toContain(`1 of the last 1 requests got ${status}`);
    expect(JSON.stringify(cause?.next)).toContain(next);
    expect(text).not.toContain('hunter2hunter2');
    delete app.errorLog;
  });

  test('a crash over a variable that was set long before asks for another value, not for a restart', async () => {
    const operator = new Operator(on.sim.host);
    await operator.deploys('valued');
    operator.publishes('acme/picky:1', { CRASH: 'fatal: setting API_TOKEN is missing or invalid' });
    await operator.does('config:set --no-restart valued API_TOKEN=wrong');
    await operator.failsAt('git:from-image valued acme/picky:1');
    const { data } = await on.call('app_diagnose', { app: 'valued' });
    const [cause] = appDiagnose.output.parse(data).causes;
    expect(cause).toMatchObject({
      code: 'MISSING_VARIABLE',
      next: { tool: 'config_set', arguments: { app: 'valued', values: { API_TOKEN: { env: 'API_TOKEN' } } } },
    });
  });

  test('with several hosts the next call names the host', async () => {
    const { hosts } = JSON.parse(readFileSync(on.sim.config, 'utf8')).dokku;
    const config = on.sim.configure({});
    const both = JSON.parse(readFileSync(config, 'utf8'));
    both.dokku.hosts = { other: hosts.sim, sim: hosts.sim };
    writeFileSync(config, JSON.stringify(both));
    const session = await on.another({ config });
    for (const [app, tool] of [
      ['halted', 'ps_control'],
      ['unproxied', 'command_execute'],
    ]) {
      const { data, text } = await session.call('app_diagnose', { app, host: 'sim' });
      const [cause] = appDiagnose.output.parse(data).causes;
      expect(cause?.next).toMatchObject({ tool, arguments: { host: 'sim' } });
      expect(text).toContain('"host":"sim"}');
    }
    const { data } = await session.call('host_review', { host: 'sim' });
    const calls = (data.findings as { call?: { arguments: { host?: string } } }[]).flatMap(
      ({ call }) => call ?? [],
    );
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ arguments: { host } }) => host !== 'sim')).toEqual([]);
  });

  test('the secrets of an app stay out of its evidence', async () => {
    const operator = new Operator(on.sim.host);
    await operator.deploys('leaky');
    await operator.does(
      'config:set --no-restart leaky API_KEY=hunter2hunter2 "CRASH=fatal: bad key hunter2hunter2"',
    );
    await operator.failsAt('git:from-image leaky demo/web:2');
    const { data, text } = await on.call('app_diagnose', { app: 'leaky' });
    expect(appDiagnose.output.parse(data).causes[0]?.code).toBe('CRASHED_AT_BOOT');
    expect(text + JSON.stringify(data)).not.toContain('hunter2hunter2');
  });
});
