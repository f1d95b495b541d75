import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const db = { type: 'postgres', service: 'db' };

describe.each(eras)('data services, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', 'apps:create live', 'git:from-image live demo/web:1'],
    env: { SECRET_TOKEN: 'tok-4711-abcdef' },
    settings: { security: { secret_env: ['SECRET_*'] } },
  });
  const seen: string[] = [];
  const set = async (input: Record<string, unknown>): Promise<Answer> => {
    const answer = await on.call('services_set', input);
    seen.push(answer.text, JSON.stringify(answer.data));
    return answer;
  };
  const info = async (input: Record<string, unknown> = {}): Promise<Answer> => {
    const answer = await on.call('services_info', input);
    seen.push(answer.text, JSON.stringify(answer.data));
    return answer;
  };
  /** What changed the host, without the questions that are put to a service on standard input. */
  const changes = () => on.sim.changes().filter((command) => !command.includes(':connect'));
  const resultOf = ({ data }: Answer) => data.result as Record<string, unknown>;

  beforeAll(() => {
    on.sim.host.install('postgres');
    on.sim.host.install('redis');
  });

  /** Every password that the host has ever given out, looked for in everything that was shown or kept. */
  const passwords = new Set<string>();
  afterEach(() => {
    for (const { password } of on.sim.host.datastores.values()) if (password !== '') passwords.add(password);
    const shown = seen.join('\n');
    for (const password of passwords) expect(shown).not.toContain(password);
  });

  test('a missing plugin is said with the command that installs it, and nothing is sent', async () => {
    const { code, text } = await set({ action: 'create', type: 'mysql', service: 'x' });
    expect(code).toBe('PLUGIN_MISSING');
    expect(text).toContain('sudo dokku plugin:install https://github.com/dokku/dokku-mysql.git mysql');
    expect(changes()).toEqual([]);
  });

  test('create makes one that accepts connections; its secrets stay on the server', async () => {
    const { data, text } = await set({
      action: 'create',
      ...db,
      options: { memory: 256, env: { TOKEN: { env: 'SECRET_TOKEN' } } },
    });
    expect(data).toMatchObject({ status: 'applied', effect: 'reversible', result: { state: 'running' } });
    expect(text).toContain('is running (postgres:18.4) and accepts connections');
    expect(text).not.toContain('tok-4711-abcdef');
    expect(on.sim.host.datastores.size).toBe(1);
    expect((await set({ action: 'create', ...db })).code).toBe('NAME_TAKEN');
  });

  test('the list shows it', async () => {
    await set({ action: 'create', type: 'redis', service: 'cache' });
    const { data, text } = await info();
    expect(data).toMatchObject({
      types: ['postgres', 'redis'],
      services: [
        { type: 'postgres', service: 'db', state: 'running', version: 'postgres:18.4' },
        { type: 'redis', service: 'cache', state: 'running' },
      ],
    });
    expect(text).toContain('postgres  db');
  });

  test('link deploys a running app again as a job, and tells the variable', async () => {
    const planned = await set({ action: 'link', ...db, app: 'live', mode: 'plan' });
    expect(planned.data).toMatchObject({
      status: 'planned',
      effect: 'disruptive',
      commands: ['dokku postgres:link db live'],
    });
    expect(planned.text).toContain('live is deployed again');
    expect(changes()).toEqual([]);
    const done = await set({ action: 'link', ...db, app: 'live' });
    const { deploy } = resultOf(done);
    expect(resultOf(done)).toMatchObject({ variables: ['DATABASE_URL'], deploy_status: 'succeeded' });
    const log = await on.call('deploy_status', { id: deploy, log_lines: 200 });
    seen.push(log.text, JSON.stringify(log.data));
    expect(on.app('live').config.get('DATABASE_URL')).toContain('@dokku-postgres-db:5432');
  });

  test('one in full shows the variable of each app and a masked address', async () => {
    await set({ action: 'link', ...db, app: 'shop', options: { alias: 'main' } });
    const { data, text } = await info(db);
    expect(data.detail).toMatchObject({
      dsn: '********',
      linked_apps: [
        { app: 'live', variables: ['DATABASE_URL'] },
        { app: 'shop', variables: ['MAIN_URL'] },
      ],
    });
    expect(text).toContain('linked app shop: MAIN_URL');
  });

  test('promote and move change which database an app works with', async () => {
    await set({ action: 'create', type: 'postgres', service: 'next' });
    const second = { type: 'postgres', service: 'next' };
    await set({ action: 'link', ...second, app: 'live', options: { restart: false } });
    const promoted = await set({ action: 'promote', ...second, app: 'live' });
    expect(resultOf(promoted)).toMatchObject({ deploy_status: 'succeeded' });
    expect(on.app('live').config.get('DATABASE_URL')).toContain('@dokku-postgres-next:');
    await set({ action: 'unlink', ...db, app: 'live', options: { restart: false } });
    on.sim.forget();
    const moved = await set({ action: 'move', ...second, to: 'db', app: 'live' });
    expect(resultOf(moved)).toMatchObject({ service: 'db', deploy_status: 'succeeded' });
    expect(changes()).toEqual([
      'postgres:link db live --no-restart',
      'postgres:unlink next live --no-restart',
      'postgres:promote db live',
    ]);
    expect(on.app('live').config.get('DATABASE_URL')).toContain('@dokku-postgres-db:');
  });

  test('unlink takes the variable away', async () => {
    const { text } = await set({ action: 'unlink', ...db, app: 'shop' });
    expect(text).toContain('is not linked to shop any more');
    expect(on.app('shop').config.has('MAIN_URL')).toBe(false);
  });

  test('a port to the world needs a person; a failed one is recorded and said', async () => {
    const refused = await set({ action: 'expose', ...db, options: { port: '15001' } });
    expect(refused.code).toBe('CONFIRMATION_DECLINED');
    expect(changes()).toEqual([]);
    on.consent = (message) => {
      expect(message).toContain('ANYONE who can reach this host');
      return { agree: true };
    };
    const open = await set({ action: 'expose', ...db, options: { port: '15001' } });
    expect(resultOf(open)).toMatchObject({ exposed: ['5432->15001'] });
    const failed = await set({ action: 'expose', type: 'redis', service: 'cache', options: { port: '80' } });
    expect(failed.code).toBe('COMMAND_FAILED');
    expect(failed.text).toContain('the port 6379->80 is recorded');
    expect((await set({ action: 'unexpose', type: 'redis', service: 'cache' })).isError).toBe(false);
  });

  test('an upgrade that fails is recognised, with the way back, and the way back works', async () => {
    await set({ action: 'create', type: 'postgres', service: 'old', options: { version: '17.6' } });
    on.consent = () => ({ agree: true });
    const old = { action: 'upgrade', type: 'postgres', service: 'old' };
    const failed = await set({ ...old, options: { version: '18.4' } });
    expect(failed.code).toBe('COMMAND_FAILED');
    expect(failed.text).toContain('Its log says: Error: in 18+');
    expect(failed.text).toContain('"options": {"version": "17.6"}');
    expect((await info({ type: 'postgres', service: 'old' })).text).toContain('old: broken');
    const log = await on.call('services_logs', {
      type: 'postgres',
      service: 'old',
      lines: 500,
      grep: 'Error',
    });
    expect(log.text).toContain('in 18+');
    expect((await set({ ...old, options: { version: '17.6' } })).text).toContain('accepts connections');
  });

  test('destroy is refused while linked, and asks for the name', async () => {
    expect(await set({ action: 'destroy', ...db })).toMatchObject({ code: 'CONFLICT' });
    expect(changes()).toEqual([]);
    on.consent = () => ({ name: 'wrong' });
    const wrong = await set({ action: 'destroy', ...db, options: { unlink: true } });
    expect(wrong.isError).toBe(true);
    expect(changes()).toEqual([]);
    on.consent = (_, schema) => {
      const fields = Object.keys((schema as { properties: Record<string, unknown> }).properties);
      return Object.fromEntries(fields.map((field) => [field, 'db']));
    };
    const done = await set({ action: 'destroy', ...db, options: { unlink: true } });
    expect(done.text).toContain('The postgres service db is gone.');
    expect(changes().slice(0, 2)).toEqual(['postgres:unlink db live --no-restart', 'postgres:destroy db']);
    expect(on.app('live').config.has('DATABASE_URL')).toBe(false);
  });

  test.each([
    ['services_set', { action: 'destroy', type: 'postgres', service: '../redis/cache' }],
    ['services_set', { action: 'link', type: 'redis', service: '.', app: 'shop' }],
    ['services_set', { action: 'clone', type: 'redis', service: 'cache', to: '../postgres/x' }],
    ['services_info', { type: 'postgres', service: '../redis/cache' }],
    ['services_logs', { type: 'postgres', service: '../redis/cache' }],
    ['command_execute', { name: 'postgres:destroy', args: ['../redis/cache'] }],
    ['command_execute', { name: 'postgres:destroy', args: ['../redis/cache', '--force'] }],
    ['command_execute', { name: 'redis:create', args: ['--memory', '64', 'x'] }],
    ['command_execute', { name: 'redis:create', args: ['x', '--nope', '1'] }],
    ['command_execute', { name: 'redis:create', args: ['x', '--initial-network', 'host'] }],
    ['command_query', { name: 'postgres:info', args: ['../redis/cache', '--status'] }],
    ['command_query', { name: 'postgres:exists', args: ['.'] }],
  ])('%s refuses %j before anything is sent', async (tool, input) => {
    const { isError, code } = await on.call(tool, input);
    expect([isError, code]).toEqual([true, 'INVALID_ARGUMENT']);
    expect(on.sim.lines()).toEqual([]);
    expect(on.sim.host.datastores.size).toBeGreaterThan(0);
  });

  test('the long tail knows the commands of a plugin, and shows no password either', async () => {
    const found = await on.call('command_search', { words: 'redis expose' });
    expect(found.text).toContain('redis:expose <service>');
    const made = await on.call('command_execute', { name: 'redis:create', args: ['tail'] });
    seen.push(made.text, JSON.stringify(made.data));
    expect(made.isError).toBe(false);
    const status = await on.call('command_query', { name: 'redis:info', args: ['tail', '--status'] });
    expect(status.data).toMatchObject({ stdout: 'running\n' });
    const whole = await on.call('command_query', { name: 'redis:info', args: ['tail'] });
    expect(whole.code).toBe('POLICY_DENIED');
  });

  test('services are resources, with completions', async () => {
    const read = async (uri: string) => {
      const { contents } = await on.session.client.readResource({ uri });
      return JSON.parse((contents as { text: string }[])[0]?.text ?? '');
    };
    expect((await read('dokku://sim/services')).types).toEqual(['postgres', 'redis']);
    expect((await read('dokku://sim/services/redis/cache')).services).toMatchObject([{ service: 'cache' }]);
    await expect(read('dokku://sim/services/redis/nope')).rejects.toThrow(/not found/i);
    const complete = async (name: string, value: string, known: Record<string, string>) => {
      const { completion } = await on.session.client.complete({
        ref: { type: 'ref/resource', uri: 'dokku://{host}/services/{type}/{name}' },
        argument: { name, value },
        context: { arguments: { host: 'sim', ...known } },
      });
      return completion.values;
    };
    expect(await complete('type', 'p', {})).toEqual(['postgres']);
    expect(await complete('name', 'ca', { type: 'redis' })).toEqual(['cache']);
  });

  test('no password is in what the server keeps', () => {
    const files = readdirSync(on.session.stateDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const kept = files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n');
    expect(kept).toContain('postgres:link');
    expect(passwords.size).toBeGreaterThan(2);
    for (const password of [...passwords, 'tok-4711-abcdef']) expect(kept).not.toContain(password);
  });
});
