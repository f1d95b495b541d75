import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { type Answer, eras, type Session } from '../support/mcp.ts';
import { processesWith } from '../support/processes.ts';
import { stage } from '../support/stage.ts';

const MB = 1024 * 1024;
const big = { type: 'postgres', service: 'big' };

describe.each(eras)('backups outlive the ones who asked for them, %s', (era) => {
  const on = stage(era);
  let proxy: FaultProxy;
  let stateDir: string;
  let typed: string;

  beforeAll(async () => {
    on.sim.host.install('postgres');
    await on.sim.given('postgres:create big');
    const service = on.sim.host.datastores.get('postgres/big');
    if (service !== undefined) service.padding = MB;
    const table = Buffer.from('create table t(i int); insert into t values (1), (2), (3);\n');
    await runSession(on.sim.host, { line: 'postgres:connect big', stdin: table });
    proxy = await FaultProxy.start(on.sim.sshd.port);
  });
  afterAll(() => proxy.close());
  beforeEach(() => {
    typed = 'big';
    stateDir = mkdtempSync(join(tmpdir(), 'backup-jobs-'));
  });
  afterEach(async () => {
    proxy.heal();
    on.sim.host.speed = 0;
    await gone('keeper', stateDir);
    rmSync(stateDir, { recursive: true, force: true });
  });

  const gone = async (...texts: string[]) => {
    while (processesWith(...texts).length > 0) await delay(20);
  };
  /** A session that gets the handle at once, and reaches the host through the proxy. */
  const open = (wait_seconds = 0): Promise<Session> => {
    const { port, knownHosts, directory } = on.sim.sshd;
    const known = join(directory, 'known_hosts-jobs');
    writeFileSync(known, readFileSync(knownHosts, 'utf8').replace(`:${port} `, `:${proxy.port} `));
    const config = on.sim.configure({ mcp: { wait_seconds } }, { port: proxy.port, known_hosts: known });
    return on.another({
      stateDir,
      config,
      consent: (_message, schema) => (JSON.stringify(schema).includes('"name"') ? { name: typed } : {}),
    });
  };
  const run = (session: Session, action: string) => session.call('backups_run', { action, ...big });
  const jobOf = ({ data, text }: Answer) => {
    const { job } = (data.result ?? {}) as { job?: string };
    if (job === undefined) throw new Error(text);
    return job;
  };
  /** A good backup stands, by a session that waits for it. */
  const exported = async (): Promise<string> => {
    const session = await open(45);
    const { data, text } = await run(session, 'export');
    await session.close();
    const { file } = (data.result ?? {}) as { file?: string };
    if (file === undefined) throw new Error(text);
    return file;
  };
  const status = async (session: Session, input: Record<string, unknown>) => {
    const { data, text } = await session.call('command_query', { name: 'backup_status', input });
    return { job: (data.result as { job: Record<string, unknown> }).job, text };
  };
  const end = (session: Session, id: string) => status(session, { id, wait_seconds: 50 });
  const cancel = (session: Session, id: string) =>
    session.call('command_execute', { name: 'backup_cancel', input: { id } });
  const files = () => {
    const dir = join(stateDir, 'backups');
    return existsSync(dir) ? readdirSync(dir).sort() : [];
  };
  const held = async () => {
    while (!proxy.holds) await delay(20);
  };
  const kill = async (...texts: string[]) => {
    for (const pid of processesWith(...texts)) process.kill(pid, 'SIGKILL');
    await gone(...texts);
  };
  const killServer = async ({ pid }: Session) => {
    process.kill(pid, 'SIGKILL');
    await gone(String(pid), 'serve');
  };
  /** Records of the audit of backups_run: intent and outcome, in order. */
  const records = () => {
    const log = join(stateDir, 'audit', '0000000001.jsonl');
    const all = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ids = all.filter(({ operation }) => operation === 'backups_run').map(({ id }) => id);
    return all.filter(({ id }) => ids.includes(id)) as Record<string, unknown>[];
  };
  const phases = () => records().map(({ phase, result }) => (phase === 'outcome' ? result : phase));
  const clones = () => [...on.sim.host.datastores.keys()].filter((key) => key.includes('mcp-restore-test'));

  test('an export gives a handle, and the next server follows it to the end', async () => {
    const first = await open();
    proxy.holdAfter(MB / 4);
    const started = await run(first, 'export');
    const id = jobOf(started);
    expect(started.text).toContain(`command_query {"name":"backup_status","input":{"id":"${id}"}}`);
    await held();
    expect(phases()).toEqual(['intent']);
    await killServer(first);
    const next = await open();
    const seen = await status(next, { id });
    expect(seen.job).toMatchObject({ id, status: 'running', command: 'postgres:export', service: 'big' });
    expect(files().filter((name) => !name.startsWith('.'))).toEqual([]);
    proxy.heal();
    const { job, text } = await end(next, id);
    expect(job).toMatchObject({ id, status: 'succeeded', holds: '3 rows' });
    expect(text).toContain('dokku postgres:export big > ');
    expect(files()).toEqual([job.file, `${String(job.file)}.json`]);
    expect(phases()).toEqual(['intent', 'ok']);
    await next.close();
  });

  test('a killed keeper leaves no file that looks whole, and its end is said as unknown', async () => {
    const first = await open();
    proxy.holdAfter(MB / 4);
    const id = jobOf(await run(first, 'export'));
    await held();
    await kill('keeper', stateDir);
    expect(files()).toEqual([expect.stringMatching(/^\..*\.part$/)]);
    const { job, text } = await status(first, { id });
    expect(job).toMatchObject({ status: 'unknown', code: 'OUTCOME_UNKNOWN' });
    expect(text).toContain('the process that carried it was killed');
    expect(text).toContain('Nothing of the export is kept');
    expect(files()).toEqual([]);
    expect(phases()).toEqual(['intent', 'unknown']);
    expect(records()[1]).toMatchObject({ resolved: 'not_applied' });
    await first.close();
  });

  test('server and keeper killed: the next server closes the record before its first answer', async () => {
    const first = await open();
    proxy.holdAfter(MB / 4);
    await run(first, 'export');
    await held();
    await killServer(first);
    await kill('keeper', stateDir);
    proxy.heal();
    const next = await open();
    await next.call('command_query', { name: 'backup_status', input: {} });
    expect(phases()).toEqual(['intent', 'unknown']);
    expect(files()).toEqual([]);
    await next.close();
  });

  test('an export is canceled, and nothing of it is kept', async () => {
    const session = await open();
    proxy.holdAfter(MB / 4);
    const id = jobOf(await run(session, 'export'));
    await held();
    const canceled = await cancel(session, id);
    expect(canceled.data).toMatchObject({ result: { result: { status: 'canceled' } } });
    expect(canceled.text).toContain('it was canceled. Nothing of the export is kept');
    expect(files()).toEqual([]);
    expect(phases()).toEqual(['intent', 'failed']);
    expect((await cancel(session, id)).code).toBe('CONFLICT');
    await session.close();
  });

  test('an import goes on with its safety export when the server is killed', async () => {
    const file = await exported();
    const first = await open();
    proxy.holdAfter(MB / 4);
    const id = jobOf(await run(first, 'import'));
    await held();
    await killServer(first);
    proxy.heal();
    const next = await open();
    const { job, text } = await end(next, id);
    expect(text).toContain('(before: 3, in the dump: 3)');
    expect(job).toMatchObject({ status: 'succeeded', file, holds: '3 rows' });
    expect(files()).toContain(job.safety);
    expect(phases()).toEqual(['intent', 'ok', 'declined', 'intent', 'ok']);
    await next.close();
  });

  test('a test restore is canceled, and its service is gone', async () => {
    await exported();
    const first = await open();
    on.sim.host.speed = 0.5;
    const id = jobOf(await run(first, 'test_restore'));
    while (clones().length === 0) await delay(20);
    await cancel(first, id);
    on.sim.host.speed = 0;
    const { job, text } = await end(first, id);
    expect(job).toMatchObject({ status: 'canceled' });
    expect(text).toContain('The throw-away service is gone again');
    expect(clones()).toEqual([]);
    await first.close();
  });

  test('a test restore whose keeper is killed is not called good, and its service is named', async () => {
    await exported();
    const first = await open();
    on.sim.host.speed = 0.5;
    const id = jobOf(await run(first, 'test_restore'));
    while (clones().length === 0) await delay(20);
    await kill('keeper', stateDir);
    on.sim.host.speed = 0;
    const { job, text } = await status(first, { id });
    expect(job).toMatchObject({ status: 'unknown' });
    const [clone = ''] = clones();
    const name = clone.slice('postgres/'.length);
    expect(text).toContain(`services_set {"action":"destroy","type":"postgres","service":"${name}"}`);
    expect(phases()).toEqual(['intent', 'ok', 'intent', 'unknown']);
    typed = name;
    await first.call('services_set', { action: 'destroy', type: 'postgres', service: name });
    expect(clones()).toEqual([]);
    await first.close();
  });
});
