import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { SimulatedApp } from '../../src/infrastructure/simulator/state.ts';
import { type Answer, type CallOptions, type Era, type Session, startSession } from './mcp.ts';
import { type SimulatedDokku, startSimulatedDokku } from './simulated-host.ts';

type Consent = (message: string, schema: unknown) => Record<string, unknown> | 'decline' | 'cancel';

export interface StageOptions {
  /** Commands that stand behind the host when the first test begins. */
  readonly given?: readonly string[];
  /** Settings of the configuration file, besides the host. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands before Dokku on the host. */
  readonly fence?: (dokku: string) => string;
}

/** A simulated host behind sshd and one session on it, shared by the tests of a file in one protocol era. */
export interface Stage {
  readonly sim: SimulatedDokku;
  readonly session: Session;
  /** What the person answers in this test; without it they decline. */
  consent: Consent;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
  /** The app as it stands on the host. */
  app(name: string): SimulatedApp;
  /** Another session on the same host, with its own state unless a directory is given; closed at the end. */
  another(options?: {
    readonly config?: string;
    readonly consent?: Consent;
    readonly stateDir?: string;
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<Session>;
}

/** Sets the stage up before the tests of the enclosing `describe` and takes it down after them. */
export function stage(era: Era, options: StageOptions = {}): Stage {
  let sim: SimulatedDokku | undefined;
  let session: Session | undefined;
  const others: Session[] = [];
  const decline: Consent = () => 'decline';
  const on: Stage = {
    get sim() {
      return present(sim);
    },
    get session() {
      return present(session);
    },
    consent: decline,
    call: (name, args, callOptions) => present(session).call(name, args, callOptions),
    app: (name) => present(present(sim).host.apps.get(name)),
    another: async ({ config, ...rest } = {}) => {
      const other = await startSession({ era, args: ['--config', config ?? present(sim).config], ...rest });
      others.push(other);
      return other;
    },
  };
  beforeAll(async () => {
    sim = await startSimulatedDokku(options.fence === undefined ? {} : { fence: options.fence });
    await sim.given(...(options.given ?? []));
    session = await startSession({
      era,
      args: ['--config', sim.configure(options.settings ?? {})],
      env: options.env ?? {},
      consent: (message, schema) => on.consent(message, schema),
    });
  });
  beforeEach(() => {
    on.consent = decline;
    present(sim).forget();
  });
  afterAll(async () => {
    for (const one of [...others, session]) await one?.close();
    await sim?.stop();
  });
  return on;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
