import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FaultProxy } from '../support/fault-proxy.ts';
import { eras, type Session } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('a link that is lost, %s', (era) => {
  const on = stage(era, { given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
  let proxy: FaultProxy;
  let session: Session;
  beforeAll(async () => {
    const { port, knownHosts, directory } = on.sim.sshd;
    proxy = await FaultProxy.start(port);
    const known = join(directory, 'known_hosts_of_proxy');
    writeFileSync(known, readFileSync(knownHosts, 'utf8').replace(`:${port} `, `:${proxy.port} `));
    session = await on.another({ config: on.sim.configure({}, { port: proxy.port, known_hosts: known }) });
    await session.call('apps_list');
  });
  afterEach(() => {
    on.sim.host.speed = 0;
    proxy.heal();
  });
  afterAll(async () => {
    await proxy.close();
  });
  const seen = async (command: string) => {
    while (!on.sim.commands().includes(command)) await delay(10);
  };
  const count = (command: string) => on.sim.commands().filter((one) => one === command).length;

  test('in the middle of a read the read is sent once more, and answers', async () => {
    on.sim.host.speed = 5;
    const answer = session.call('command_query', { name: 'ps:report', args: ['shop'] });
    await seen('ps:report shop');
    proxy.reset();
    on.sim.host.speed = 0;
    const { isError, data } = await answer;
    expect(isError).toBe(false);
    expect(data).toMatchObject({ command: 'ps:report', exit: 0 });
    expect(count('ps:report shop')).toBe(2);
  });

  test('in the middle of a change its outcome is unknown, what reading back shows is told, and nothing is sent again', async () => {
    on.sim.host.speed = 2;
    const answer = session.call('domains_set', { app: 'shop', action: 'add', domains: ['www.example.com'] });
    await seen('domains:add shop www.example.com');
    proxy.reset();
    on.sim.host.speed = 0;
    const { isError, code, text } = await answer;
    expect([isError, code]).toEqual([true, 'OUTCOME_UNKNOWN']);
    expect(text).toMatch(
      /^The outcome of dokku domains:add is unknown: The link to sim was lost while dokku domains:add ran/,
    );
    expect(text).toMatch(/^--- text from the host .*\n.*(?:Domains of shop now|the domains are)/m);
    expect(text).toContain(
      'It was sent at most once and is not repeated. Decide from the state that was read back.',
    );
    expect(count('domains:add shop www.example.com')).toBe(1);
  });

  test('a host that cannot be reached any more is told from a host that refuses', async () => {
    await proxy.close();
    const { code, text } = await session.call('command_query', { name: 'apps:list', args: [] });
    expect(code).toBe('HOST_UNREACHABLE');
    expect(text).toContain('Nothing was sent.');
  });

  test('every change has one intent and one outcome on record, and the lost one is unknown', () => {
    const records = readFileSync(join(session.stateDir, 'audit', '0000000001.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toMatchObject([
      {
        phase: 'intent',
        operation: 'domains_set',
        app: 'shop',
        commands: ['dokku domains:add shop www.example.com'],
        actor: 'test-client',
      },
      { phase: 'outcome', id: records[0]?.id, result: 'unknown', code: 'LINK_LOST' },
    ]);
  });
});
