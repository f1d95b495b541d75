import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const allowed = join(folder, 'allowed');
mkdirSync(allowed);
writeFileSync(join(allowed, 'key.pem'), '-----BEGIN KEY-----\ncanary-from-file\n-----END KEY-----\n');
writeFileSync(join(folder, 'outside'), 'canary-outside');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(eras)('secrets that the model never sees, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create still'],
    settings: { security: { secret_dirs: [allowed] } },
    env: { SECRET_TOKEN: 'canary-from-env', OTHER: 'canary-not-listed' },
  });

  test('from the environment of the server', async () => {
    const { data, text } = await on.call('config_set', {
      app: 'still',
      values: { TOKEN: { env: 'SECRET_TOKEN' } },
    });
    expect(data).toMatchObject({ result: { set: ['TOKEN'] } });
    expect(on.app('still').config.get('TOKEN')).toBe('canary-from-env');
    expect(JSON.stringify(data) + text + on.sim.lines().join()).not.toContain('canary');
  });

  test('from a file of a listed directory, with its line breaks', async () => {
    const { data, text } = await on.call('config_set', {
      app: 'still',
      values: { KEY: { file: join(allowed, 'key.pem') } },
    });
    expect(data).toMatchObject({ result: { set: ['KEY'] } });
    expect(on.app('still').config.get('KEY')).toBe(
      '-----BEGIN KEY-----\ncanary-from-file\n-----END KEY-----',
    );
    expect(JSON.stringify(data) + text + on.sim.lines().join()).not.toContain('canary');
  });

  test('made by the server, of the wanted length', async () => {
    const { data, text } = await on.call('config_set', { app: 'still', values: { MADE: { generate: 48 } } });
    const made = on.app('still').config.get('MADE') ?? '';
    expect(made).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(JSON.stringify(data) + text + on.sim.lines().join()).not.toContain(made);
  });

  test('a variable that the configuration does not list is refused, and nothing is sent', async () => {
    const { code, text } = await on.call('config_set', { app: 'still', values: { TOKEN: { env: 'OTHER' } } });
    expect(code).toBe('POLICY_DENIED');
    expect(text).toContain('security.secret_env allows SECRET_*');
    expect(on.sim.changes()).toEqual([]);
    const absent = await on.call('config_set', { app: 'still', values: { TOKEN: { env: 'SECRET_ABSENT' } } });
    expect(absent.text).toContain('the environment of this server has no variable SECRET_ABSENT');
  });

  test('a file outside of the listed directories is refused', async () => {
    const { code, text } = await on.call('config_set', {
      app: 'still',
      values: { KEY: { file: join(folder, 'outside') } },
    });
    expect(code).toBe('POLICY_DENIED');
    expect(text).toContain('security.secret_dirs');
    expect(on.sim.changes()).toEqual([]);
  });

  test('a known value is masked in logs and one-off output', async () => {
    await on.call('config_set', { app: 'shop', values: { TOKEN: { env: 'SECRET_TOKEN' } }, restart: false });
    on.app('shop').containers[0]?.logs.push({
      at: on.sim.host.now(),
      text: 'using token canary-from-env now',
    });
    const logs = await on.call('logs_read', { app: 'shop' });
    expect(logs.text).toContain('using token ******** now');
    const run = await on.call('run_command', { app: 'shop', command: ['sh', '-c', 'echo $TOKEN'] });
    expect(run.data).toMatchObject({ result: { exit: 0, stdout: '********\n' } });
    expect(JSON.stringify([logs, run])).not.toContain('canary');
  });

  test('no file of the state directory holds a value, and all of them are private', async () => {
    for (const name of readdirSync(on.session.stateDir, { recursive: true, encoding: 'utf8' })) {
      const path = join(on.session.stateDir, name);
      const found = statSync(path);
      expect(`${name} ${(found.mode & 0o077).toString(8)}`).toBe(`${name} 0`);
      if (found.isFile()) expect(readFileSync(path, 'latin1')).not.toContain('canary');
    }
  });
});
