import { z } from 'zod';
import { hideAddress } from '../domain/address.ts';
import type { DeploySource } from '../domain/application/deployment.ts';
import type { Context } from './context.ts';
import type { About, Change, Operation, Plan } from './operation.ts';
import type { Call, ShownPlan } from './pipeline.ts';
import type { Clock, Command, StateStore } from './ports.ts';
import { mapStrings } from './text.ts';
import type { Vault } from './vault.ts';

const Noted = z.object({
  v: z.literal(1),
  kind: z.literal('change'),
  id: z.string(),
  at: z.number(),
  host: z.string(),
  app: z.string().exactOptional(),
  operation: z.string(),
  summary: z.string(),
  effect: z.string(),
  actor: z.string(),
  commands: z.array(z.string()),
  inverse: z.array(z.string()),
  noWayBack: z.string().exactOptional(),
  undoes: z.string().exactOptional(),
  /** The job that carries it out: whether it was applied is the job's word. */
  deploy: z.string().exactOptional(),
  before: z.unknown(),
  /** `Sealed` as JSON: both ways may hold secret values. */
  sealed: z.string(),
});
const Observed = z.object({
  v: z.literal(1),
  kind: z.literal('observed'),
  id: z.string(),
  after: z.unknown(),
});

/** A change on record. `after` is what was observed when it had ended, where that was seen. */
export type NotedChange = z.infer<typeof Noted> & { readonly after?: unknown };

interface Sealed {
  readonly about: About;
  readonly forward: Way;
  readonly inverse: Way;
}

/** Commands to carry out, and what they need. */
export interface Way {
  readonly commands: readonly Command[];
  readonly app?: string;
  readonly job?: DeploySource;
}

export interface JournalDeps {
  readonly state: StateStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly operations: readonly Operation[];
}

/** Some thousand changes of a host; what is older is forgotten and cannot be taken back. */
const MOST_BYTES = 8 * 1024 * 1024;

const logOf = (host: string): string => `changes/${host}`;

/** The changes that were made, newest last, with the way back of each. Old values stand sealed on disk, never in clear. */
export class Journal {
  readonly #deps: JournalDeps;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
  }

  /** Notes a change that was carried out, or that its job now carries out. */
  async note(
    id: string,
    call: Pick<Call, 'host' | 'input' | 'actor'>,
    change: Pick<Change, 'name'>,
    plan: Plan,
    shown: ShownPlan,
    deploy?: string,
  ): Promise<void> {
    const { app, job, back, undoes, noWayBack } = plan;
    const sealed: Sealed = {
      about: undoes?.about ?? { operation: change.name, input: call.input },
      forward: {
        commands: plan.commands,
        ...(app === undefined ? {} : { app }),
        ...(job === undefined ? {} : { job }),
      },
      inverse: { commands: plan.inverse ?? [], ...(app === undefined ? {} : { app }), ...back },
    };
    const noted: NotedChange = {
      v: 1,
      kind: 'change',
      id,
      at: this.#deps.clock.now(),
      host: call.host,
      ...(app === undefined ? {} : { app }),
      operation: change.name,
      summary: shown.summary,
      effect: shown.effect,
      actor: call.actor,
      commands: [...shown.commands],
      inverse: [...shown.inverse],
      ...(noWayBack === undefined ? {} : { noWayBack }),
      ...(undoes === undefined ? {} : { undoes: undoes.id }),
      ...(deploy === undefined ? {} : { deploy }),
      before: shownState(plan.before ?? null),
      sealed: this.#deps.vault.seal(JSON.stringify(sealed)),
    };
    await this.#deps.state.append(logOf(call.host), noted, { sync: true, bound: MOST_BYTES });
  }

  /** Adds what is so right after the change; what cannot be read then is left out, and the change cannot be taken back. */
  async observe(id: string, context: Context): Promise<void> {
    const noted = await this.find(context.host, id);
    if (noted === undefined) return;
    const after = await this.stateOf(noted, context);
    if (after === undefined) return;
    await this.#deps.state.append(logOf(context.host), { v: 1, kind: 'observed', id, after });
  }

  /** The state that a change is about, as it is now; undefined where nothing observes it. */
  async stateOf(noted: NotedChange, context: Context): Promise<unknown> {
    const { about } = this.#open(noted);
    const operation = this.#deps.operations.find(({ name }) => name === about.operation);
    if (operation?.kind !== 'change' || operation.observe === undefined) return undefined;
    return shownState(await operation.observe(about.input, context));
  }

  /** The commands there and back, and what they are about. */
  ways(noted: NotedChange): Sealed {
    return this.#open(noted);
  }

  /** Oldest first. */
  async all(host: string): Promise<readonly NotedChange[]> {
    const changes = new Map<string, NotedChange>();
    for (const record of await this.#deps.state.read(logOf(host))) {
      const noted = Noted.safeParse(record);
      if (noted.success) {
        if (!changes.has(noted.data.id)) changes.set(noted.data.id, noted.data);
        continue;
      }
      const observed = Observed.safeParse(record);
      const known = observed.success ? changes.get(observed.data.id) : undefined;
      if (observed.success && known !== undefined) {
        changes.set(known.id, { ...known, after: observed.data.after });
      }
    }
    return [...changes.values()];
  }

  async find(host: string, id: string): Promise<NotedChange | undefined> {
    return (await this.all(host)).find((noted) => noted.id === id);
  }

  #open(noted: NotedChange): Sealed {
    return JSON.parse(this.#deps.vault.open(noted.sealed)) as Sealed;
  }
}

/** A state as it may stand on disk in clear: an address in it, like that of a source, without what lets into it. */
function shownState(state: unknown): unknown {
  return mapStrings(state, hideAddress);
}
