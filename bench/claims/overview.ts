import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Session } from '../../test/support/mcp.ts';
import { startSshd } from '../../test/support/sshd.ts';
import { bundle } from '../bundle.ts';
import { type Item, judge } from '../report.ts';
import type { Stage } from '../stage.ts';
import { distance, estimate, ratios } from '../statistics.ts';
import { inTurns } from '../turns.ts';

const appCount = 100;
/** The list of apps is remembered for five seconds. */
const forgottenAfterMs = 5100;

/**
 * The view of a host with 100 apps, through client, server, sshd and a simulated host that takes as long as a real one
 * for every command; first as it is read, then as it is remembered.
 */
export async function overviewClaims(stage: Stage): Promise<Item[]> {
  const { effort } = stage;
  const { session, commands } = await openHost(stage);
  const nothing = await openBareServer(stage);
  const listApps = async (): Promise<void> => {
    const answer = await session.call('apps_list', { limit: appCount });
    const { apps } = answer.data as { apps?: unknown[] };
    if (answer.isError || apps?.length !== appCount)
      throw new Error(`apps_list: ${answer.text.slice(0, 500)}`);
  };
  const report = async (): Promise<void> => {
    const answer = await session.call('command_query', { name: 'apps:report' });
    if (answer.isError) throw new Error(answer.text);
  };
  await report();
  const read: number[] = [];
  const single: number[] = [];
  const cached: number[] = [];
  const idle: number[] = [];
  const rounds = effort.rounds(6, 1);
  for (let round = 0; round < rounds; round += 1) {
    const one = await inTurns({ report }, { rounds: 1, warmUps: 0 });
    const startedAt = performance.now();
    const fresh = await inTurns({ listApps }, { rounds: 1, warmUps: 0 });
    while (cached.length < 60 * (round + 1) && performance.now() < startedAt + forgottenAfterMs / 2) {
      const again = await inTurns(
        { listApps, nothing },
        { rounds: 5, warmUps: cached.length === 0 ? 30 : 0 },
      );
      cached.push(...again.listApps);
      idle.push(...again.nothing);
    }
    single.push(...one.report);
    read.push(...fresh.listApps);
    if (round < rounds - 1) await sleep(Math.max(0, startedAt + forgottenAfterMs - performance.now()));
  }
  const reports = commands().filter((line) => line === 'apps:report').length;
  if (reports !== 1 + 2 * rounds) throw new Error(`apps:report ran ${reports} times, not ${1 + 2 * rounds}`);
  return [
    judge(
      `view of ${appCount} apps on a host with real costs`,
      'ms',
      estimate(read),
      effort.goal({ most: 1000 }, { most: 2000 }),
    ),
    judge(`view of ${appCount} apps / one apps:report`, 'x', estimate(ratios(read, single))),
    judge(
      `view of ${appCount} apps again / tool that does nothing, p95`,
      'ms more',
      distance(cached, idle, 0.95),
    ),
    judge(
      `view of ${appCount} apps again / tool that does nothing`,
      'ms more',
      distance(cached, idle, 0.5),
      effort.goal({ most: 2 }, { most: 10 }),
    ),
  ];
}

/** A simulated host behind an sshd of its own, and our server before it. */
async function openHost(stage: Stage): Promise<{ session: Session; commands: () => string[] }> {
  const { directory } = stage;
  const socket = join(directory, 'host.sock');
  await startHost(stage, socket);
  const log = join(directory, 'host.log');
  const program = await bundle('test/support/forced-command.ts', directory);
  const note = `printf '%s\\n' "$SSH_ORIGINAL_COMMAND" >>${log}`;
  const sshd = await startSshd({
    forcedCommand: `${note}; DOKKU_SIMULATOR_SOCKET=${socket} exec ${process.execPath} ${program}`,
  });
  stage.later(() => sshd.stop());
  const session = await stage.session(sshd);
  return { session, commands: () => readFileSync(log, 'utf8').split('\n') };
}

/** Resolves when the simulated host has all its apps and listens. */
async function startHost({ directory, later }: Stage, socket: string): Promise<void> {
  const program = await bundle('bench/programs/host.ts', directory);
  const host = spawn(process.execPath, [program, socket, String(appCount)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  later(() => host.kill());
  await new Promise<void>((resolve, reject) => {
    host.stdout.once('data', () => resolve());
    host.once('error', reject);
    host.once('exit', (code) => reject(new Error(`the simulated host ended with ${code}`)));
  });
}

/** Calls the one tool of the bare server. */
async function openBareServer({ directory, later }: Stage): Promise<() => Promise<void>> {
  const program = await bundle('bench/programs/bare-server.ts', directory);
  const client = new Client(
    { name: 'bench', version: '0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program] }));
  later(() => client.close());
  return async () => {
    await client.callTool({ name: 'nothing', arguments: {} });
  };
}
