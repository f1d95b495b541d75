import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock, Command, DokkuClient } from '../../src/application/ports.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { DokkuApplicationRepository } from '../../src/infrastructure/dokku/application-repository.ts';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { createDokkuClient } from '../../src/infrastructure/dokku/client.ts';
import { DokkuConfigRepository } from '../../src/infrastructure/dokku/config-repository.ts';
import type { Transport } from '../../src/infrastructure/transport.ts';

export interface HostUnderTest {
  readonly transport: Transport;
  /** An image that is on the host and listens on $PORT; another version of the same program. */
  readonly images: readonly [string, string];
  stop(): Promise<void>;
}

const clock: Clock = { now: () => Date.now(), sleep: async (ms) => void (await delay(ms)) };
const DEPLOY_MS = 300_000;

/** Values that Dokku 0.38.27 keeps byte for byte when they come as JSON on standard input. */
const HOSTILE = {
  BLANKS: '  two  words  ',
  QUOTES: `it's "quoted" here`,
  DOLLAR: '$HOME `id` $(id) $X',
  LINES: 'first\nsecond\n\nlast',
  DASHES: '--app other --force',
  FLAG: '-n',
  HASH: '#x !y \\n \\\\ z',
  JSON: '{"a":[1,"b"],"&":"<>"}',
  UNICODE: 'héllo ☃ 🚀',
  TAB_CR: 'a\tb\rc',
  EMPTY: '',
};

/**
 * What the product relies on, the same for every host that calls itself a Dokku: the simulator in process, the
 * simulator behind a real sshd, and a real Dokku. Apps are called `dokku-mcp-test-…` and destroyed afterwards.
 */
export function contractOf(name: string, open: () => Promise<HostUnderTest>): void {
  describe(`contract: ${name}`, () => {
    const app = `dokku-mcp-test-${randomBytes(3).toString('hex')}`;
    let host: HostUnderTest;
    let client: DokkuClient;
    let apps: DokkuApplicationRepository;
    let config: DokkuConfigRepository;
    const run = (command: string, ...args: string[]) => client.execute({ name: command, args });
    const send = async (commands: readonly Command[]) => {
      for (const command of commands) await client.execute(command);
    };
    const failure = async (work: Promise<unknown>): Promise<DomainError> => {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error instanceof DomainError) return error;
      throw new Error('it did not fail', { cause: error });
    };

    beforeAll(async () => {
      host = await open();
      client = createDokkuClient({
        host: name,
        transport: host.transport,
        catalogue: new Catalogue(),
        clock,
      });
      apps = new DokkuApplicationRepository(client, clock);
      config = new DokkuConfigRepository(client);
    }, 60_000);

    afterAll(async () => {
      await client.execute({ name: 'apps:destroy', args: [app], flags: ['force'] }, { accept: 'any' });
      await client.close();
      await host.stop();
    }, 60_000);

    test('says its version and plugins', async () => {
      const about = await client.about();
      expect(about.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(about.plugins.map((plugin) => plugin.name)).toEqual(
        expect.arrayContaining(['apps', 'config', 'git', 'ps']),
      );
    });

    test('an app that is not there is 20 on the host and APP_NOT_FOUND here', async () => {
      expect((await failure(run('apps:report', 'no-such-app-here'))).code).toBe('APP_NOT_FOUND');
      expect((await failure(apps.getByName('no-such-app-here'))).code).toBe('APP_NOT_FOUND');
    });

    test('creates an app once', async () => {
      await send(apps.create(app));
      apps.invalidate();
      expect(await apps.names()).toContain(app);
      expect((await failure(run('apps:create', app))).code).toBe('NAME_TAKEN');
      const created = await apps.getByName(app);
      expect(created).toMatchObject({
        name: app,
        state: 'created',
        running: 'false',
        processes: [],
        missing: [],
      });
      expect((await failure(run('logs', app))).code).toBe('NOT_DEPLOYED');
    }, 60_000);

    test('keeps hostile values byte for byte', async () => {
      const stdin = JSON.stringify(HOSTILE);
      await client.execute({
        name: 'config:import',
        args: ['--no-restart', '--format', 'json', app, '-'],
        stdin,
      });
      const kept = await config.getAll(app);
      expect(Object.fromEntries(Object.keys(HOSTILE).map((key) => [key, kept.get(key)]))).toEqual(HOSTILE);
      await run('config:unset', '--no-restart', app, ...Object.keys(HOSTILE));
      expect(await config.keys(app)).not.toContain('BLANKS');
    });

    test('keeps values with blanks, quotes and dollars that travel as arguments', async () => {
      const value = `it's $HOME "x" --quoted and #more`;
      await run('config:set', '--no-restart', app, `ARG=${value}`);
      expect((await config.getAll(app)).get('ARG')).toBe(value);
      await run('config:unset', '--no-restart', app, 'ARG');
    });

    test('a key that is no variable name is refused with the reason of the host', async () => {
      const refused = await failure(run('config:set', '--no-restart', app, '1X=y'));
      expect(refused.code).toBe('COMMAND_FAILED');
      expect(refused.message).toContain('Invalid key name');
    });

    test('adds and removes domains', async () => {
      await run('domains:add', app, 'www.example.com');
      expect((await apps.getByName(app)).domains).toContain('www.example.com');
      await run('domains:remove', app, 'www.example.com');
      expect((await apps.getByName(app)).domains).not.toContain('www.example.com');
    }, 60_000);

    test('sets limits and reads them back', async () => {
      await run('resource:limit', '--memory', '128m', '--process-type', 'web', app);
      expect((await apps.getByName(app)).resources).toMatchObject({ 'web.limit.memory': '128m' });
      await run('resource:limit-clear', '--process-type', 'web', app);
    });

    test(
      'deploys an image and shows what runs',
      async () => {
        const lines: string[] = [];
        await client.execute(
          { name: 'git:from-image', args: [app, host.images[0]] },
          { onLine: ({ text }) => void lines.push(text) },
        );
        expect(lines.join('\n')).toContain('Application deployed');
        const deployed = await apps.getByName(app);
        expect(deployed).toMatchObject({
          state: 'deployed',
          running: 'true',
          source: { kind: 'image', location: host.images[0] },
        });
        expect(deployed.processes).toMatchObject([{ type: 'web', index: 1, state: 'running' }]);
        expect(deployed.builds[0]).toMatchObject({ status: 'succeeded', source: 'git:from-image' });
        const overview = await apps.getAll();
        expect(overview.apps.find((one) => one.name === app)).toMatchObject({ state: 'deployed' });
      },
      DEPLOY_MS,
    );

    test(
      'the same image again changes nothing and says so',
      async () => {
        const refused = await failure(run('git:from-image', app, host.images[0]));
        expect(refused.message).toContain('No changes detected');
      },
      DEPLOY_MS,
    );

    test(
      'passes the exit code and both streams of a one-off command',
      async () => {
        const result = await client.execute(
          { name: 'run', args: [app, 'sh', '-c', 'echo out; echo err >&2; exit 3'] },
          { accept: 'any' },
        );
        expect(result).toMatchObject({ exit: 3, stdout: 'out\n' });
        expect(result.stderr).toContain('err');
      },
      DEPLOY_MS,
    );

    test(
      'a crash at boot fails the deploy and the old version serves on',
      async () => {
        await run('config:set', '--no-restart', app, 'CRASH=1');
        const result = await client.execute(
          { name: 'git:from-image', args: [app, host.images[1]] },
          { accept: 'any' },
        );
        expect(result.exit).toBe(1);
        expect(result.stdout).toContain('required setting DATABASE_URL is missing');
        await run('config:unset', '--no-restart', app, 'CRASH');
        expect(await apps.getByName(app)).toMatchObject({
          running: 'true',
          source: { location: host.images[0] },
        });
        expect((await apps.builds(app))[0]).toMatchObject({ status: 'failed' });
      },
      DEPLOY_MS,
    );

    test(
      'stops and shows it',
      async () => {
        await run('ps:stop', app);
        expect(await apps.getByName(app)).toMatchObject({ state: 'stopped', running: 'false' });
      },
      DEPLOY_MS,
    );

    test(
      'destroys the app',
      async () => {
        await send(apps.delete(app));
        apps.invalidate();
        expect(await apps.names()).not.toContain(app);
      },
      DEPLOY_MS,
    );
  });
}
