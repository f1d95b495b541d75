import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/application/ports.ts';
import { runKeeper } from '../../src/infrastructure/keeper/keeper.ts';
import { KeeperDeployments } from '../../src/infrastructure/keeper/keeper-deployments.ts';
import { spawnKeeperOf } from '../../src/infrastructure/keeper/spawn-keeper.ts';
import { FileStore } from '../../src/infrastructure/state/file-store.ts';
import { FileDokku } from '../support/file-dokku.ts';
import { MemoryAudit } from '../support/memory-audit.ts';
import { recorded } from '../support/transcript.ts';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

/** A deploy of some 60 lines, which the host of these tests prints in about a third of a second. */
export const lines = recorded('03-deploy-image', 'git:from-image web demo/web:2').stdout.split('\n');

interface Connection {
  readonly folder: string;
  readonly host: string;
}

/** A server over a state folder and a host in a file; its keepers are processes of this very program. */
export function serverOf({ folder, host }: Connection, entry: string): KeeperDeployments {
  return new KeeperDeployments({
    folder,
    store: new FileStore(folder),
    audit: new MemoryAudit(),
    clock,
    clientOf: () => new FileDokku(host, lines),
    connectionOf: (): Connection => ({ folder, host }),
    spawnKeeper: spawnKeeperOf([entry]),
  });
}

/** `keeper JOB`: carries a job. `start FOLDER HOST`: a server that starts a deploy and then does nothing. */
export async function main([mode, first = '', second = '']: readonly string[], entry: string): Promise<void> {
  if (mode === 'keeper') {
    await runKeeper(first, {
      open: ({ connection }) => new FileDokku((connection as Connection).host, lines),
      store: new FileStore(first.replace(/\/jobs\/[^/]+$/, '')),
      audit: new MemoryAudit(),
      clock,
    });
    return;
  }
  const source = { kind: 'image', image: 'demo/web:2' } as const;
  const command = { name: 'git:from-image', args: ['web', 'demo/web:2'] };
  await serverOf({ folder: first, host: second }, entry).start({
    host: 'main',
    app: 'web',
    source,
    command,
    actor: 'me',
  });
  await delay(60_000);
}
