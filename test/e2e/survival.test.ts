import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eras, type Session } from '../support/mcp.ts';
import { processesWith } from '../support/processes.ts';
import { stage } from '../support/stage.ts';

const GIT = 'https://github.com/acme/shop.git';
const SENT = `git:sync --build shop ${GIT} v2`;

describe.each(eras)('a deploy outlives the ones who asked for it, %s', (era) => {
  const on = stage(era, { given: ['apps:create shop', `git:sync --build shop ${GIT} v1`] });
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'survival-'));
  });
  afterEach(async () => {
    on.sim.host.speed = 0;
    while (isBuilding()) await delay(20);
    await on.sim.given(`git:sync --build shop ${GIT} v1`);
    rmSync(stateDir, { recursive: true, force: true });
  });
  const isBuilding = () => on.app('shop').builds.some(({ status, alive }) => status === 'running' && alive);
  const serving = () => on.app('shop').source.deployMetadata;
  const open = () => on.another({ stateDir, config: on.sim.configure({ mcp: { wait_seconds: 0 } }) });
  const gone = async (...texts: string[]) => {
    while (processesWith(...texts).length > 0) await delay(20);
  };
  /** Starts a deploy that takes its time, and waits until the host is at it. */
  const start = async (session: Session): Promise<string> => {
    on.sim.host.speed = 0.3;
    const { data } = await session.call('deploy_start', { app: 'shop', git_url: GIT, ref: 'v2' });
    while (!isBuilding()) await delay(20);
    return (data.result as { id: string }).id;
  };
  const follow = (session: Session, id: string) =>
    session.call('deploy_status', { app: 'shop', id, wait_seconds: 50 });

  test.each([
    ['the client closes', (session: Session) => session.close()],
    ['the server is told to end', async (session: Session) => void process.kill(session.pid, 'SIGTERM')],
    ['the server is killed', async (session: Session) => void process.kill(session.pid, 'SIGKILL')],
  ])('%s: it goes on, and the next server reports it', async (_what, leave) => {
    const first = await open();
    const id = await start(first);
    await leave(first);
    await gone(String(first.pid), 'serve');
    const next = await open();
    const seen = await next.call('deploy_status', { app: 'shop' });
    expect(seen.data).toMatchObject({ id, status: 'running' });
    on.sim.host.speed = 0;
    const { data, text } = await follow(next, id);
    expect(data).toMatchObject({ id, status: 'succeeded', serves: { running: 'true', processes: 2 } });
    expect(text).toContain('Application deployed');
    expect(on.sim.changes()).toEqual([SENT]);
    await next.close();
    await gone(stateDir);
  });

  test('the keeper is killed: the next server settles from what the host says, and sends nothing', async () => {
    const first = await open();
    const id = await start(first);
    process.kill(first.pid, 'SIGKILL');
    for (const pid of processesWith('keeper', stateDir)) process.kill(pid, 'SIGKILL');
    await gone('keeper', stateDir);
    while (isBuilding()) await delay(20);
    const next = await open();
    const { data, text } = await follow(next, id);
    expect(data).toMatchObject({ id, status: 'failed', diagnosis: { code: 'INTERRUPTED' } });
    expect(text).toContain('It serves ');
    expect(serving()).toContain(GIT);
    expect(on.sim.changes()).toEqual([SENT]);
    const again = await follow(next, id);
    expect(again.data).toEqual(data);
    await next.close();
  });

  test('the SSH link is cut: the keeper settles from what the host says, and sends nothing again', async () => {
    const session = await open();
    const id = await start(session);
    on.sim.sshd.killSessions();
    while (isBuilding()) await delay(20);
    const { data } = await follow(session, id);
    expect(data).toMatchObject({ id, status: 'failed', diagnosis: { code: 'INTERRUPTED' } });
    expect(on.sim.changes()).toEqual([SENT]);
    await session.close();
    await gone(stateDir);
  });
});
