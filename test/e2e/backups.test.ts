import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { type Answer, eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const MB = 1024 * 1024;
const db = { type: 'postgres', service: 'db' };
const cache = { type: 'redis', service: 'cache' };

describe.each(eras)('backups of data services, %s', (era) => {
  const on = stage(era, {
    env: { SECRET_ID: 'AKIAEXAMPLE4711', SECRET_KEY: 'wJalrXUtnFEMI-secret' },
    settings: { security: { secret_env: ['SECRET_*'] } },
  });
  const shown: string[] = [];
  const run = async (input: Record<string, unknown>): Promise<Answer> => {
    const answer = await on.call('backups_run', input);
    shown.push(answer.text, JSON.stringify(answer.data));
    return answer;
  };
  const status = (input: Record<string, unknown> = {}): Promise<Answer> =>
    on.call('command_query', { name: 'backup_status', input });
  const resultOf = ({ data }: Answer) => data.result as Record<string, unknown>;
  const dir = () => join(on.session.stateDir, 'backups');
  const files = () => (existsSync(dir()) ? readdirSync(dir()).sort() : []);
  const feed = async (line: string, stdin: string): Promise<void> => {
    const { exit } = await runSession(on.sim.host, { line, stdin: Buffer.from(stdin) });
    expect(exit).toBe(0);
  };
  /** As far apart as the pause of the server is for the clock of the host, which only moves with its commands. */
  const later = () => on.sim.host.advance(3000);

  beforeAll(async () => {
    for (const plugin of ['postgres', 'redis']) on.sim.host.install(plugin);
    await on.sim.given('postgres:create db', 'redis:create cache');
    await feed('postgres:connect db', 'create table t(i int); insert into t values (1), (2), (3);\n');
    await feed('redis:connect cache', 'SET a 1\nSET b 2\n');
    later();
  });
  beforeEach(() => {
    on.consent = (_message, schema) => ({
      ...(JSON.stringify(schema).includes('"name"') ? { name: 'db' } : {}),
    });
  });

  test('there is none at first, which is a finding', async () => {
    const { text } = await status();
    expect(text).toContain('critical: There is no good backup of the postgres service db');
    expect(text).toContain('backups_run {"action":"export","type":"postgres","service":"db"}');
  });

  test('an export is a private file with a manifest, and a test restore proves it', async () => {
    const answer = await run({ action: 'export', ...db });
    expect(answer.data).toMatchObject({
      status: 'applied',
      effect: 'reversible',
      result: { holds: '3 rows' },
    });
    const file = String(resultOf(answer).file);
    expect(files()).toEqual([file, `${file}.json`]);
    expect(statSync(dir()).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir(), file)).mode & 0o777).toBe(0o600);
    const tested = await run({ action: 'test_restore', ...db });
    expect(tested.text).toContain('can be restored: 3 rows came back, 3 were exported');
    expect([...on.sim.host.datastores.keys()]).toEqual(['postgres/db', 'redis/cache']);
    const { text } = await status({ ...db, verify: true });
    expect(text).toContain('SHA-256 and format are right');
    expect(text).not.toContain('critical');
  });

  test('a redis dump is binary and comes as it is', async () => {
    await run({ action: 'export', ...cache });
    later();
    const tested = await run({ action: 'test_restore', ...cache });
    expect(tested.text).toContain('2 keys came back, 2 were exported');
  });

  test('an import is planned with its safety export, asks a person, and is counted', async () => {
    await feed('postgres:connect db', 'insert into t values (4);\n');
    const planned = await run({ action: 'import', ...db, mode: 'plan' });
    expect(planned.data).toMatchObject({ status: 'planned', effect: 'destructive' });
    expect((planned.data.commands as string[]).map((command) => command.split(' ')[1])).toEqual([
      'postgres:export',
      'postgres:import',
    ]);
    let asked = '';
    on.consent = (message, schema) => {
      asked = message;
      const [field = ''] = Object.keys((schema as { properties: object }).properties);
      return { [field]: 'db' };
    };
    const answer = await run({ action: 'import', ...db });
    expect(asked).toContain('over what it holds');
    expect(resultOf(answer)).toMatchObject({ holds: '3 rows' });
    const safety = String(resultOf(answer).safety);
    expect(files()).toContain(safety);
    expect(answer.text).toContain('before: 4, in the dump: 3');
  });

  test('garbage is refused before anything is sent', async () => {
    writeFileSync(join(dir(), 'mine.rdb'), 'this is not a dump');
    on.sim.forget();
    const { code, text } = await run({ action: 'import', ...cache, options: { file: 'mine.rdb' } });
    expect([code, text]).toEqual(['BACKUP_FAILED', expect.stringContaining('Nothing was sent')]);
    expect(on.sim.commands().filter((command) => /:(?:import|export)/.test(command))).toEqual([]);
  });

  test('credentials for S3 stay on the server, and replace those before', async () => {
    const auth = {
      action: 'auth',
      ...db,
      options: {
        access_key_id: { env: 'SECRET_ID' },
        secret_access_key: { env: 'SECRET_KEY' },
        endpoint: 'http://172.17.0.1:9000',
      },
    };
    await run(auth);
    const again = await run(auth);
    expect(again.isError).toBe(false);
    expect(on.sim.host.datastores.get('postgres/db')?.backupAuth?.secretAccessKey).toBe(
      'wJalrXUtnFEMI-secret',
    );
    const sent = await run({ action: 'run', ...db, options: { bucket: 'svc-bucket' } });
    expect(sent.text).toContain('backed up to the bucket svc-bucket');
    await run({ action: 'schedule', ...db, options: { cron: '0 3 * * *', bucket: 'svc-bucket' } });
    expect((await status(db)).text).toContain('schedule: 0 3 * * *');
    await run({ action: 'unschedule', ...db });
    const kept = readdirSync(on.session.stateDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    for (const secret of ['AKIAEXAMPLE4711', 'wJalrXUtnFEMI-secret']) {
      expect(shown.join('\n')).not.toContain(secret);
      expect(kept.join('\n')).not.toContain(secret);
    }
  });

  describe('a dump of 40 MB', () => {
    let proxy: FaultProxy;
    beforeAll(async () => {
      await on.sim.given('postgres:create big');
      const big = on.sim.host.datastores.get('postgres/big');
      if (big !== undefined) big.padding = 40 * MB;
      proxy = await FaultProxy.start(on.sim.sshd.port);
    });
    afterAll(() => proxy.close());

    test('goes out to a file and back in, byte for byte', async () => {
      const answer = await run({ action: 'export', type: 'postgres', service: 'big' });
      expect(resultOf(answer).bytes).toBeGreaterThan(40 * MB);
      const tested = await run({ action: 'test_restore', type: 'postgres', service: 'big' });
      expect(tested.text).toContain('can be restored');
    });

    test.each(['mux', 'spawn'])(
      'that is cut off in the middle leaves no file that looks whole, %s',
      async (transport) => {
        const { port, knownHosts, directory } = on.sim.sshd;
        const known = join(directory, `known_hosts-${transport}`);
        writeFileSync(known, readFileSync(knownHosts, 'utf8').replace(`:${port} `, `:${proxy.port} `));
        const config = on.sim.configure({}, { port: proxy.port, known_hosts: known, transport });
        const session = await on.another({ config });
        const kept = join(session.stateDir, 'backups');
        await session.call('services_info', { type: 'postgres' });
        proxy.cutAfter(10 * MB);
        const answer = await session.call('backups_run', {
          action: 'export',
          type: 'postgres',
          service: 'big',
        });
        const { code, text } = answer;
        expect([code, text]).toEqual([
          'OUTCOME_UNKNOWN',
          expect.stringContaining('Nothing of the export is kept'),
        ]);
        expect(readdirSync(kept)).toEqual([]);
      },
    );
  });
});
