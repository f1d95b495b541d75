import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Deployments } from '../deployments.ts';
import { appDiagnose } from './app-diagnose.ts';

let bench: Bench | undefined;

afterEach(async () => {
  await bench?.close();
});

async function stoppedShop(): Promise<Bench> {
  bench = await openBench({
    given: [
      'domains:set-global example.org',
      'apps:create shop',
      'git:from-image shop demo/web:1',
      'ps:stop shop',
    ],
  });
  return bench;
}

/** Fails every command of this name, as a plugin that hangs does. */
function breakCommand(on: Bench, name: string): void {
  on.wire.before = ([command = '']) => {
    if (command === name) throw new DomainError('TIMEOUT', { command, ms: 30_000 });
  };
}

describe('what cannot be read', () => {
  it.each([
    ['logs', 'logs'],
    ['logs:failed', 'failed containers'],
    ['certs:report', 'certificate'],
    ['ports:report', 'ports'],
    ['config:export', 'config'],
    ['plugin:list', 'linked services'],
  ])('%s is named and costs nothing else', async (command, part) => {
    const on = await stoppedShop();
    breakCommand(on, command);
    const { data, text } = await on.ask(appDiagnose, { app: 'shop' });
    expect(data.causes.map(({ code }) => code)).toEqual(['STOPPED']);
    expect(data.unread).toContainEqual({ part, reason: expect.stringContaining('did not end within 30 s') });
    expect(data.checked).not.toContain(part);
    expect(text).toContain(`Could not be read: ${part} (`);
  });

  it('the state itself: nothing is claimed about it', async () => {
    const on = await stoppedShop();
    breakCommand(on, 'ps:report');
    const { data } = await on.ask(appDiagnose, { app: 'shop' });
    expect(data.causes).toEqual([]);
    for (const part of ['state', 'processes', 'last deploy', 'domains', 'proxy', 'lock', 'limits'])
      expect(data.checked).not.toContain(part);
  });

  it('an unreachable host ends it', async () => {
    const on = await stoppedShop();
    on.wire.before = () => {
      throw new DomainError('HOST_UNREACHABLE', { host: 'sim', reason: 'gone' });
    };
    await expect(on.ask(appDiagnose, { app: 'shop' })).rejects.toThrow('Cannot reach sim');
  });
});

it('sends reads only, and never asks for the output of a build that runs', async () => {
  const on = await stoppedShop();
  const app = on.app('shop');
  const [build] = app.builds;
  if (build === undefined) throw new Error('no build');
  app.builds.push({
    ...build,
    id: 'zzzz1234567890',
    status: 'running',
    alive: true,
    startedAt: build.startedAt + 1,
  });
  const before = on.wire.argv.length;
  const { data } = await on.ask(appDiagnose, { app: 'shop' });
  expect(data.causes.map(({ code }) => code)).toContain('LOCKED');
  expect(on.wire.changes()).toEqual([]);
  const sent = on.wire.argv.slice(before).map(([name]) => name);
  expect(sent).not.toContain('builds:output');
});

it('a deploy of ours tells on a host that keeps no build records', async () => {
  const deploy: Deployment = {
    id: 'd1',
    host: 'sim',
    app: 'old',
    source: { kind: 'rebuild' },
    status: 'failed',
    phase: 'build',
    startedAt: 0,
    warnings: [],
    lines: 1,
  };
  const never = () => Promise.reject(new Error('not asked for'));
  const deployments: Deployments = {
    start: never,
    ofAudit: never,
    settleLeft: never,
    busy: never,
    get: never,
    wait: never,
    releases: never,
    list: async () => [deploy],
    log: async () => ({ lines: [' !     App build failed'], next: 1, more: false }),
  };
  bench = await openBench({
    given: ['apps:create old', 'git:from-image old demo/web:1'],
    context: { deployments },
  });
  bench.wire.before = ([command = '']) => {
    if (command === 'builds:list')
      throw new DomainError('UNSUPPORTED', { what: command, needs: 'Dokku 0.38.0' });
  };
  const { data } = await bench.ask(appDiagnose, { app: 'old' });
  expect(data.causes[0]).toMatchObject({ code: 'BUILD_FAILED', next: { tool: 'deploy_start' } });
});
