import { execFile } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { JsonlAuditLog } from '../../src/infrastructure/audit/jsonl-audit-log.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const logOf = (stateDir: string) => join(stateDir, 'audit', '0000000001.jsonl');

describe.each(eras)('the record of every act, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create kept', 'config:set --no-restart kept API_TOKEN=tok-4711-abc'],
    settings: { security: { reveal: true } },
  });
  const audit = (...words: string[]): Promise<CliResult> =>
    runCli(['audit', ...words], { DOKKU_MCP_STATE_DIR: on.session.stateDir });
  async function acts(...words: string[]): Promise<Record<string, unknown>[]> {
    const { stdout } = await audit('list', '--json', ...words);
    return (JSON.parse(stdout) as { acts: Record<string, unknown>[] }).acts;
  }

  test('reads leave none', async () => {
    await on.call('apps_list');
    await on.call('config_get', { app: 'kept' });
    expect(readdirSync(on.session.stateDir)).not.toContain('audit');
    expect((await audit('list')).stdout).toBe('No such act is on record.\n');
    expect(await audit('verify')).toMatchObject({ code: 0, stdout: 'Nothing is on record yet.\n' });
  });

  test('a change leaves its intent and its outcome, with who, what and the plan', async () => {
    const { data } = await on.call('apps_create', { app: 'shop' });
    expect(data).toMatchObject({ status: 'applied' });
    const [act] = await acts('--app', 'shop', '--result', 'ok', '--since', '1h', '--host', 'sim');
    expect(act).toMatchObject({
      operation: 'apps_create',
      actor: 'test-client',
      transport: 'stdio',
      commands: ['dokku apps:create shop'],
      result: 'ok',
    });
    const id = String(act?.id);
    const [{ records }] = JSON.parse((await audit('show', id.slice(0, 8), '--json')).stdout);
    expect(records).toMatchObject([
      { phase: 'intent', id, plan: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { phase: 'outcome', id, result: 'ok', prev: records[0].hash },
    ]);
    const { stdout } = await audit('show', id.slice(-8));
    expect(stdout).toContain('who: test-client over stdio\nwhat: apps_create\napp: shop\n');
    expect(stdout).toContain('commands:\n  dokku apps:create shop\n');
  });

  test('so do a question, a no, and a secret that was shown', async () => {
    on.consent = () => 'decline';
    expect((await on.call('apps_destroy', { app: 'kept' })).code).toBe('CONFIRMATION_DECLINED');
    await on.call('config_get', { app: 'kept', reveal: true });
    const found = await acts('--app', 'kept');
    expect(found.map(({ result, operation, code }) => [result, operation, code])).toEqual([
      ['revealed', 'config_get', undefined],
      ['declined', 'apps_destroy', 'CONFIRMATION_DECLINED'],
      ['asked', 'apps_destroy', 'CONFIRMATION_REQUIRED'],
    ]);
  });

  test('and a refusal by the rules of the server', async () => {
    const strict = await on.another();
    const { code } = await strict.call('config_get', { app: 'kept', reveal: true });
    expect(code).toBe('POLICY_DENIED');
    const lines = readFileSync(logOf(strict.stateDir), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { phase: 'refused', code: 'POLICY_DENIED', operation: 'config_get', app: 'kept', actor: 'test-client' },
    ]);
  });

  test('without the secrets in it', async () => {
    await on.call('config_set', { app: 'kept', values: { API_TOKEN: 'tok-0815-xyz' } });
    const { stdout } = await audit('export');
    expect(stdout).toContain('"operation":"config_set"');
    expect(stdout).not.toMatch(/tok-4711-abc|tok-0815-xyz/);
  });

  test('is exported byte for byte, and as events for a SIEM', async () => {
    const { stdout } = await audit('export');
    expect(stdout).toBe(readFileSync(logOf(on.session.stateDir), 'utf8'));
    const events = (await audit('export', '--format', 'ocsf')).stdout.trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        class_uid: 6003,
        type_uid: 600301,
        status_id: 1,
        api: expect.objectContaining({ operation: 'apps_create' }),
        resources: [{ type: 'app', name: 'shop' }],
      }),
    );
  });

  test('holds, until a byte is changed: then verify names the line', async () => {
    const good = await audit('verify');
    expect(good.code).toBe(0);
    const [, anchor = ''] = /--anchor (\S+)/.exec(good.stdout) ?? [];
    expect((await audit('verify', '--anchor', anchor)).code).toBe(0);
    const path = logOf(on.session.stateDir);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"result":"ok"', '"result":"no"'));
    const bad = await audit('verify');
    const line = text.slice(0, text.indexOf('"result":"ok"')).split('\n').length;
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain(`0000000001.jsonl, line ${line}: the line was changed`);
    writeFileSync(path, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
    expect((await audit('verify')).code).toBe(0);
    const cut = await audit('verify', '--anchor', anchor);
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('what came after was cut off') });
    writeFileSync(path, text);
  });
});

describe('a disk that is full', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'audit-full-'));
  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));
  const on = stage('2026-07-28', { given: ['apps:create kept'] });

  /** The command line in a process that can write no file beyond some kilobytes, as on a disk without room. */
  function onFullDisk(...words: string[]): Promise<CliResult> {
    const env = { PATH: process.env.PATH ?? '', HOME: stateDir, DOKKU_MCP_STATE_DIR: stateDir };
    const command = ['-c', 'ulimit -f 32; exec "$@"', 'sh', process.execPath, 'dist/main.mjs', ...words];
    return new Promise((resolve) => {
      execFile('sh', command, { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  test('stops changes before anything is sent; reads go on, and changes too when there is room again', async () => {
    const with_ = ['--config', on.sim.config];
    const env = { DOKKU_MCP_STATE_DIR: stateDir };
    expect((await runCli(['call', 'apps_create', '{"app":"before"}', ...with_], env)).code).toBe(0);
    while (statSync(logOf(stateDir)).size < 64 * 1024)
      appendFileSync(logOf(stateDir), readFileSync(logOf(stateDir)));
    const size = statSync(logOf(stateDir)).size;
    on.sim.forget();
    const refused = await onFullDisk('call', 'apps_create', '{"app":"full"}', ...with_);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('so dokku apps:create was not sent.');
    expect(refused.stderr).toContain('[AUDIT_UNAVAILABLE]');
    expect(on.sim.changes()).toEqual([]);
    expect(statSync(logOf(stateDir)).size).toBe(size);
    const read = await onFullDisk('call', 'apps_list', ...with_);
    expect(read).toMatchObject({ code: 0, stdout: expect.stringContaining('kept') });
    expect((await runCli(['call', 'apps_create', '{"app":"after"}', ...with_], env)).code).toBe(0);
    expect(on.sim.host.apps.has('full')).toBe(false);
    expect(on.sim.host.apps.has('after')).toBe(true);
  });
});

describe('records that are older than security.audit.keep_days', () => {
  const on = stage('2026-07-28', { given: ['apps:create kept'] });

  test('go with the next change, are said to be gone, and what is left holds', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'old-audit-'));
    try {
      const then = Date.now() - 40 * 86_400_000;
      const old = new JsonlAuditLog({
        stateDir,
        clock: { now: () => then, sleep: async () => undefined },
        rotation: { bytes: 1, ageMs: 86_400_000 },
        mask: (_host, value) => value,
      });
      for (const app of ['one', 'two', 'three']) {
        await old.note({ phase: 'revealed', host: 'sim', operation: 'config_get', app, actor: 'ann' });
      }
      await old.close();
      const folder = join(stateDir, 'audit');
      for (const name of readdirSync(folder)) utimesSync(join(folder, name), then / 1_000, then / 1_000);
      const config = on.sim.configure({ security: { audit: { keep_days: 30 } } });
      const session = await on.another({ config, stateDir });
      const add = { app: 'kept', action: 'add', domains: ['kept.example.com'] };
      expect((await session.call('domains_set', add)).isError).toBe(false);
      const audit = (...words: string[]) => runCli(['audit', ...words], { DOKKU_MCP_STATE_DIR: stateDir });
      const verdict = await audit('verify');
      expect([verdict.code, verdict.stdout]).toEqual([
        0,
        expect.stringMatching(
          /✓ The record holds[\s\S]*records 1 to \d+ were pruned .*goes on from [0-9a-f]{64}:\d+/,
        ),
      ]);
      const listed = JSON.parse((await audit('list', '--json')).stdout) as { acts: { app: string }[] };
      expect(listed.acts.map(({ app }) => app)[0]).toBe('kept');
      expect(listed.acts.map(({ app }) => app)).not.toContain('one');
      const [newest] = (JSON.parse((await audit('list', '--json', '--limit', '1')).stdout) as typeof listed)
        .acts;
      expect(newest?.app).toBe('kept');
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
