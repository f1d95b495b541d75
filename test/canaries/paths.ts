import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../support/mcp.ts';
import type { SimulatedDokku } from '../support/simulated-host.ts';
import { freePort } from '../support/sshd.ts';

/** One way in which the calls of a tour go. */
export interface Path {
  readonly name: string;
  /** The app that the calls name, when it is another one. */
  readonly app?: string;
  /** Seconds that a command may take. */
  readonly deadline?: number;
  /** How the host is reached, where it differs. */
  readonly entry?: (sim: SimulatedDokku) => Readonly<Record<string, unknown>>;
  readonly before?: (sim: SimulatedDokku, session: Session) => Promise<void> | void;
  readonly each?: (sim: SimulatedDokku) => Promise<void> | void;
  readonly after?: (sim: SimulatedDokku) => Promise<void> | void;
}

const values = (sim: SimulatedDokku): string =>
  [...(sim.host.apps.get('shop')?.config.values() ?? [])].join(' ');
/** The job whose outcome cannot be read. */
export const BROKEN_JOB = 'd-00000000broken';
const brokenJob = {
  v: 1,
  id: BROKEN_JOB,
  host: 'sim',
  app: 'shop',
  source: { kind: 'image', image: 'demo/web:1' },
  command: 'git:from-image',
  actor: 'canaries',
  startedAt: 0,
  connection: null,
};
const silentPort = await freePort();

/** Success, and every way to fail. */
export const errorPaths: readonly Path[] = [
  { name: 'success' },
  { name: 'app missing', app: 'shpo' },
  { name: 'host unreachable', entry: () => ({ port: silentPort }) },
  { name: 'login refused', entry: ({ sshd }) => ({ identity: sshd.strangerIdentity }) },
  {
    name: 'link lost',
    before: (sim) => {
      sim.answer = ([name]) => {
        if (name === 'config:export' || name === 'version' || name === 'apps:list') return undefined;
        sim.sshd.killSessions();
        return 'hang';
      };
    },
  },
  {
    name: 'timeout',
    deadline: 1,
    before: (sim) => {
      sim.answer = ([name]) => (name === 'config:export' || name === 'version' ? undefined : 'hang');
    },
  },
  {
    name: 'unparsable output',
    before: (sim) => {
      sim.answer = ([name]) =>
        name === 'config:export' || name === 'version' ? undefined : `{"oops": ${values(sim)}`;
    },
  },
  {
    name: 'unparsable variables',
    before: (sim) => {
      sim.answer = ([name]) => (name === 'config:export' ? `{"VALUE_0": ${values(sim)}` : undefined);
    },
  },
  {
    name: 'poisoned config',
    before: (sim) => {
      const app = sim.host.apps.get('shop');
      if (app !== undefined) app.poisoned = `unterminated quoted value "${app.config.get('VALUE_0')}"`;
    },
    after: (sim) => {
      delete sim.host.apps.get('shop')?.poisoned;
    },
  },
  {
    name: 'internal error',
    // A job whose outcome cannot be read: node's own message repeats a part of the text.
    before: async (sim, session) => {
      await session.call('logs_read', { app: 'shop' });
      const job = join(session.stateDir, 'jobs', BROKEN_JOB);
      mkdirSync(job, { recursive: true });
      writeFileSync(join(job, 'spec.json'), JSON.stringify(brokenJob));
      writeFileSync(join(job, 'outcome.json'), sim.host.apps.get('shop')?.config.get('VALUE_0') ?? '');
    },
  },
];
