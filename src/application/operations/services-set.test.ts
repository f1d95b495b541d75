import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { DomainError } from '../../domain/errors.ts';
import { servicesSet } from './services-set.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'apps:create live', 'git:from-image live demo/web:1'] });
  on.host.install('postgres');
  on.host.install('redis');
  await on.given('postgres:create db');
  on.wire.argv.length = 0;
});
afterEach(() => on.close());

const db = { type: 'postgres', service: 'db' };
const apply = async (input: Record<string, unknown>) => {
  const { answer, plan } = await on.apply(servicesSet, input);
  return { text: answer?.text ?? '', data: answer?.data as Record<string, unknown>, plan };
};
const fault = async (input: Record<string, unknown>): Promise<DomainError> => {
  const error = await apply(input).catch((reason: unknown) => reason);
  if (!(error instanceof DomainError)) throw new Error(`no fault: ${JSON.stringify(error)}`);
  return error;
};
const plan = (input: Record<string, unknown>) => on.plan(servicesSet, input as never);

describe('what is given', () => {
  it.each([
    [{ action: 'link', ...db }, 'app', 'is needed to link'],
    [{ action: 'start', ...db, app: 'shop' }, 'app', 'start does not take it'],
    [{ action: 'clone', ...db }, 'to', 'is needed to clone'],
    [{ action: 'clone', ...db, to: 'db' }, 'to', 'is the service itself'],
    [{ action: 'stop', ...db, options: { force: true } }, 'options.force', 'stop has no such option'],
    [
      { action: 'link', ...db, app: 'shop', options: { memory: 1 } },
      'options.memory',
      'link has no such option',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { memory: 'lots' } },
      'options.memory',
      'expected number',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { memory: 1 } },
      'options.memory',
      'lies between',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { version: '-x' } },
      'options.version',
      'is a tag',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { image: 'a b' } },
      'options.image',
      'is the name',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { env: { A: 'x;B=y' } } },
      'options.env.A',
      'semicolon',
    ],
    [
      { action: 'create', type: 'redis', service: 'a', options: { env: { A: 1 } } },
      'options.env.A',
      'is text',
    ],
    [{ action: 'expose', ...db, options: { port: '70000' } }, 'options.port', 'is a port'],
    [{ action: 'expose', ...db, options: { port: 70000 } }, 'options.port', 'is a port'],
    [{ action: 'expose', ...db, options: { port: true } }, 'options.port', 'is a port'],
    [{ action: 'expose', ...db, options: { port: '999.0.0.1:5432' } }, 'options.port', 'is a port'],
    [
      { action: 'link', ...db, app: 'shop', options: { alias: 'my alias' } },
      'options.alias',
      'holds letters',
    ],
  ])('%j names %s', async (input, field, reason) => {
    const error = await fault(input);
    expect([error.code, error.message]).toEqual(['INVALID_ARGUMENT', expect.stringContaining(`${field}: `)]);
    expect(error.message).toContain(reason);
    expect(on.wire.changes()).toEqual([]);
  });

  it('says which plugin is missing and who installs it, and sends nothing', async () => {
    const error = await fault({ action: 'create', type: 'mysql', service: 'x' });
    expect(error.code).toBe('PLUGIN_MISSING');
    expect(error.remedy).toContain(
      'sudo dokku plugin:install https://github.com/dokku/dokku-mysql.git mysql',
    );
    expect(error.remedy).toContain('postgres, redis');
    expect((await fault({ action: 'create', type: 'postgre', service: 'x' })).remedy).toContain('postgres');
    expect(on.wire.changes()).toEqual([]);
  });
});

describe('create', () => {
  it('waits until it answers, shows no secret and takes values from the server', async () => {
    const { text, data, plan } = await apply({
      action: 'create',
      type: 'redis',
      service: 'cache',
      options: { version: '8.6.0', memory: 64, env: { TOKEN: { env: 'SECRET_A' } } },
    });
    expect(text).toContain('is running (redis:8.6.0) and accepts connections');
    expect(data).toMatchObject({ state: 'running', links: [] });
    expect(on.wire.changes()).toEqual([
      'redis:create cache --image-version 8.6.0 --memory 64 --custom-env TOKEN=from-the-env',
    ]);
    expect(plan?.commands.join()).toContain('TOKEN=********');
    expect(plan?.consequences.join()).toContain('process list');
    expect(JSON.stringify(on.audit.intents)).not.toContain('from-the-env');
  });

  it('does not run into one that is there, and knows a half made one', async () => {
    expect((await fault({ action: 'create', ...db })).code).toBe('NAME_TAKEN');
    await on.given('network:create gone');
    await on.given('redis:create half --initial-network gone').catch(() => undefined);
    const made = on.host.datastores.size;
    await on.given('redis:create broken --config-options "--no-such-option=1"').catch(() => undefined);
    expect(on.host.datastores.size).toBeGreaterThanOrEqual(made);
    const error = await fault({ action: 'create', type: 'redis', service: 'broken' });
    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('it is broken') });
    expect(error.remedy).toContain('"destroy"');
  });

  it('tells that a failed creation left nothing, or what it left', async () => {
    const error = await fault({
      action: 'create',
      type: 'redis',
      service: 'x',
      options: { version: '99.9' },
    });
    expect(error).toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining('pull failed') });
    expect(error.message).toContain('nothing was left behind');
  });
});

describe('links', () => {
  it('links an app that does not run without any restart', async () => {
    const { text, data, plan } = await apply({ action: 'link', ...db, app: 'shop' });
    expect(plan).toMatchObject({
      effect: 'reversible',
      inverse: ['dokku postgres:unlink db shop --no-restart'],
    });
    expect(text).toBe('The postgres service db is linked to shop as DATABASE_URL.');
    expect(data).toMatchObject({ app: 'shop', variables: ['DATABASE_URL'], links: ['shop'] });
    expect(on.app('shop').config.get('DATABASE_URL')).toContain('@dokku-postgres-db:5432');
  });

  it('deploys a running app again, as a job whose log holds no password', async () => {
    const { data, plan } = await apply({ action: 'link', ...db, app: 'live' });
    expect(plan).toMatchObject({ effect: 'disruptive', commands: ['dokku postgres:link db live'] });
    expect(plan?.consequences.join()).toContain('deployed again');
    expect(data).toMatchObject({ deploy_status: 'succeeded', variables: ['DATABASE_URL'] });
    const { lines } = await on.context.deployments.log(String(data.deploy), 0, 100);
    expect(lines.join('\n')).toContain('DATABASE_URL:  postgres://postgres:********@');
    const [web] = on.app('live').containers;
    expect(web?.environment).toHaveProperty('DATABASE_URL');
  });

  it('leaves a running app alone when asked', async () => {
    const { data, plan } = await apply({ action: 'link', ...db, app: 'live', options: { restart: false } });
    expect(plan?.effect).toBe('reversible');
    expect(on.wire.changes()).toEqual(['postgres:link db live --no-restart']);
    expect('deploy' in data).toBe(false);
  });

  it('refuses what is linked already, an alias that is taken, and an app that is not there', async () => {
    await on.given('postgres:link db shop');
    expect(await fault({ action: 'link', ...db, app: 'shop' })).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('already, as DATABASE_URL'),
    });
    await on.given('postgres:create db2');
    const taken = {
      action: 'link',
      type: 'postgres',
      service: 'db2',
      app: 'shop',
      options: { alias: 'database' },
    };
    expect((await fault(taken)).message).toContain('options.alias');
    expect((await fault({ ...taken, app: 'nope' })).code).toBe('APP_NOT_FOUND');
    expect((await fault({ ...taken, service: 'dd' })).code).toBe('NOT_FOUND');
    expect(on.wire.changes()).toEqual([]);
  });

  it('does not link a running app to a service that does not run', async () => {
    await on.given('postgres:stop db');
    expect(await fault({ action: 'link', ...db, app: 'live' })).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('does not run (stopped)'),
    });
  });

  it('promotes a second service, which always deploys a running app again', async () => {
    await on.given(
      'postgres:create db2',
      'postgres:link db live --no-restart',
      'postgres:link db2 live --no-restart',
    );
    const promote = { action: 'promote', type: 'postgres', service: 'db2', app: 'live' };
    expect((await fault({ ...promote, options: { restart: false } })).message).toContain('options.restart');
    const { data } = await apply(promote);
    expect(data.variables).toEqual(['DATABASE_URL', expect.stringMatching(/^DOKKU_POSTGRES_\w+_URL$/)]);
    expect((await fault(promote)).message).toContain('is DATABASE_URL of live already');
  });

  it('moves the main link in a safe order, with one deploy', async () => {
    await on.given('postgres:create db2', 'postgres:link db live --no-restart');
    const { data } = await apply({ action: 'move', ...db, to: 'db2', app: 'live' });
    expect(on.wire.changes()).toEqual([
      'postgres:link db2 live --no-restart',
      'postgres:unlink db live --no-restart',
      'postgres:promote db2 live',
    ]);
    expect(data).toMatchObject({ service: 'db2', deploy_status: 'succeeded' });
    expect(on.app('live').config.get('DATABASE_URL')).toContain('@dokku-postgres-db2:');
  });

  it('moves a link under an alias to the same variable', async () => {
    await on.given('postgres:create db2', 'postgres:link db shop --alias BLUE');
    const { data } = await apply({ action: 'move', ...db, to: 'db2', app: 'shop' });
    expect(data).toMatchObject({ variables: ['BLUE_URL'], links: ['shop'] });
  });

  it('unlinks, and clears a link that only the list knows', async () => {
    await on.given('postgres:link db shop');
    const { text, plan } = await apply({ action: 'unlink', ...db, app: 'shop' });
    expect(plan?.consequences.join()).toContain('shop loses DATABASE_URL');
    expect(text).toBe('The postgres service db is not linked to shop any more.');
    await on.given('postgres:link db shop', 'config:unset --no-restart shop DATABASE_URL');
    expect((await apply({ action: 'unlink', ...db, app: 'shop' })).text).toContain('not linked');
    expect((await fault({ action: 'unlink', ...db, app: 'shop' })).message).toContain(
      'is not linked to shop',
    );
  });

  it('says that unlink leaves a variable behind that leads there another way', async () => {
    await on.given(
      'config:set --no-restart shop POSTGRES_DATABASE_SCHEME=postgres2',
      'postgres:link db shop',
      'config:unset --no-restart shop POSTGRES_DATABASE_SCHEME',
    );
    const { plan, text } = await apply({ action: 'unlink', ...db, app: 'shop' });
    expect(plan?.consequences.join()).toContain('DATABASE_URL stays, for it holds another address');
    expect(text).toContain('config_set {"unset": ["DATABASE_URL"]}');
    expect(on.app('shop').config.has('DATABASE_URL')).toBe(true);
  });
});

describe('running', () => {
  it('stops with a word about linked apps, and starts again', async () => {
    await on.given('postgres:link db live --no-restart');
    const { plan, text } = await apply({ action: 'stop', ...db });
    expect(plan?.consequences.join()).toContain('their next restart or deploy fails');
    expect(text).toContain('is stopped');
    expect((await apply({ action: 'start', ...db })).text).toContain(
      'is running (postgres:18.4) and accepts connections',
    );
  });

  it('closes a recorded port before a start and opens it afterwards, or the start would fail', async () => {
    await on.given('postgres:expose db 15001', 'postgres:stop db');
    const { data } = await apply({ action: 'start', ...db });
    expect(on.wire.changes()).toEqual([
      'postgres:unexpose db',
      'postgres:start db',
      'postgres:expose db 15001',
    ]);
    expect(data).toMatchObject({ state: 'running', exposed: ['5432->15001'] });
  });

  it('restarts the one linked app only where that is asked for', async () => {
    await on.given('postgres:link db live --no-restart');
    expect((await apply({ action: 'restart', ...db })).plan?.consequences.join()).toContain('ps_control');
    const { data } = await apply({ action: 'restart', ...db, options: { restart: true } });
    expect(on.wire.changes()).toEqual(['postgres:restart db', 'postgres:restart db', 'ps:restart live']);
    expect(data).toMatchObject({ deploy_status: 'succeeded' });
  });
});

describe('open ports', () => {
  it('asks a person before it opens a port to the world, not for the host itself', async () => {
    const wide = await plan({ action: 'expose', ...db, options: { port: '15001' } });
    expect(wide).toMatchObject({ needsConsent: true, consequences: [expect.stringContaining('ANYONE')] });
    expect(await plan({ action: 'expose', ...db, options: { port: 15001 } })).toEqual(wide);
    const local = await plan({ action: 'expose', ...db, options: { port: '127.0.0.1:15001' } });
    expect(local.needsConsent).toBe(false);
    const { data } = await apply({ action: 'expose', ...db, options: { port: '15001' } });
    expect(data.exposed).toEqual(['5432->15001']);
    expect((await fault({ action: 'expose', ...db })).message).toContain('has an open port already');
    expect((await apply({ action: 'unexpose', ...db })).data.exposed).toEqual([]);
  });

  it('does not try a port that another service has', async () => {
    await on.given('redis:create cache', 'redis:expose cache 127.0.0.1:15001');
    expect((await fault({ action: 'expose', ...db, options: { port: '15001' } })).message).toContain(
      'is taken by the redis service cache',
    );
  });

  it('says that a failed expose was recorded all the same, and how to clear it', async () => {
    const error = await fault({ action: 'expose', ...db, options: { port: '80' } });
    expect(error).toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('address already in use'),
    });
    expect(error.message).toContain('the port 5432->80 is recorded');
    expect(error.remedy).toContain('"unexpose"');
  });
});

describe('upgrade', () => {
  it('never passes --restart-apps; the one linked app is restarted as the last step', async () => {
    await on.given('postgres:link db live --no-restart');
    const { data } = await apply({ action: 'upgrade', ...db, options: { version: '18.3' } });
    expect(on.wire.changes()).toEqual(['postgres:upgrade db --image-version 18.3', 'ps:restart live']);
    expect(data).toMatchObject({ version: 'postgres:18.3', deploy_status: 'succeeded' });
    expect((await fault({ action: 'upgrade', ...db, options: { version: '18.3' } })).code).toBe('CONFLICT');
  });

  it('closes a recorded port before and opens it afterwards', async () => {
    await on.given('postgres:expose db 127.0.0.1:15001');
    const { data } = await apply({ action: 'upgrade', ...db, options: { version: '18.3' } });
    expect(on.wire.changes()).toEqual([
      'postgres:unexpose db',
      'postgres:upgrade db --image-version 18.3',
      'postgres:expose db 127.0.0.1:15001',
    ]);
    expect(data).toMatchObject({ version: 'postgres:18.3', exposed: ['5432->127.0.0.1:15001'] });
  });

  it('warns of a new major version, recognises its failure and says the way back', async () => {
    await on.given('postgres:create old --image-version 17.6');
    const upgrade = { action: 'upgrade', type: 'postgres', service: 'old', options: { version: '18.4' } };
    expect(await plan(upgrade)).toMatchObject({ needsConsent: true });
    const error = await fault(upgrade);
    expect(error.code).toBe('COMMAND_FAILED');
    expect(error.message).toContain('the postgres service old is broken');
    expect(error.message).toContain('Its log says: Error: in 18+');
    expect(error.remedy).toContain(
      '"action": "upgrade", "type": "postgres", "service": "old", "options": {"version": "17.6"}',
    );
    const back = await apply({
      action: 'upgrade',
      type: 'postgres',
      service: 'old',
      options: { version: '17.6' },
    });
    expect(back.text).toContain('is running (postgres:17.6) and accepts connections');
  });

  it('names the apps that are not restarted when there are several', async () => {
    await on.given('apps:create second', 'git:from-image second demo/web:1');
    await on.given('postgres:link db live --no-restart', 'postgres:link db second --no-restart');
    const { consequences, commands } = await plan({ action: 'upgrade', ...db, options: { version: '18.3' } });
    expect(commands).toHaveLength(1);
    expect(consequences.join()).toContain('ps_control {"app": "live", "action": "restart"}');
  });
});

describe('clone', () => {
  it('counts what was copied', async () => {
    const sql = 'create table t(i int); insert into t values (1),(2),(3);\n';
    await on.client.execute({ name: 'postgres:connect', args: ['db'], stdin: sql });
    const { data, text } = await apply({ action: 'clone', ...db, to: 'copy' });
    expect(data).toMatchObject({ service: 'copy', holds: '3 of 3 rows' });
    expect(text).toContain('holds 3 of 3 rows');
  });

  it('is not taken in by a copy that stayed empty', async () => {
    await on.given('redis:create cache');
    await on.client.execute({ name: 'redis:connect', args: ['cache'], stdin: 'SET a 1\n' });
    await on.given('redis:create copy');
    const done = on.readBack(
      servicesSet,
      { action: 'clone', type: 'redis', service: 'cache', to: 'copy' } as never,
      {
        summary: '',
        effect: 'reversible',
        commands: [],
        consequences: [],
        facts: {},
      },
    );
    await expect(done).rejects.toMatchObject({
      code: 'NOT_APPLIED',
      message: expect.stringContaining('exists but is empty, while cache holds 1 keys'),
    });
  });

  it('refuses a source that does not run and a name that is taken', async () => {
    expect((await fault({ action: 'clone', ...db, to: 'db' })).code).toBe('INVALID_ARGUMENT');
    await on.given('postgres:create other', 'postgres:stop db');
    expect((await fault({ action: 'clone', ...db, to: 'x' })).message).toContain('does not run (stopped)');
    await on.given('postgres:start db');
    expect((await fault({ action: 'clone', ...db, to: 'other' })).code).toBe('NAME_TAKEN');
  });
});

describe('destroy', () => {
  it('refuses a linked service with the list, and unlinks first when asked', async () => {
    await on.given('postgres:link db shop', 'postgres:link db live --no-restart');
    expect(await fault({ action: 'destroy', ...db })).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('is linked to live, shop'),
    });
    const { plan, text } = await apply({ action: 'destroy', ...db, options: { unlink: true } });
    expect(plan).toMatchObject({ effect: 'destructive', typedName: 'db' });
    expect(on.wire.changes()).toEqual([
      'postgres:unlink db live --no-restart',
      'postgres:unlink db shop --no-restart',
      'postgres:destroy db',
      'ps:restart live',
    ]);
    expect(text).toContain('The postgres service db is gone.');
    expect(on.host.datastores.size).toBe(0);
  });

  it('asks a person to type the name', async () => {
    const error = await on.executor
      .run(servicesSet, on.call(servicesSet, { action: 'destroy', ...db }), on.context)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONFIRMATION_REQUIRED', details: { typedName: 'db' } });
    expect(on.wire.changes()).toEqual([]);
  });
});
