import { z } from 'zod';
import { type Details, DomainError, type FailureCode } from '../domain/errors.ts';
import { failures } from '../domain/failures.ts';
import type { Locks } from './locks.ts';
import type { Outcome } from './pipeline.ts';
import { Shown } from './plans.ts';
import type { Clock, StateStore } from './ports.ts';

/** Cause of a failure that is not new: it is what the first call ended with, and nothing was sent again. */
export class Repeat extends Error {
  override readonly name = 'Repeat';
}

/** What makes a request the same as an earlier one. */
export interface OnceKey {
  /** Name of the record; hashed where it comes from a caller. */
  readonly name: string;
  /** As words: `the plan p-…`. */
  readonly what: string;
  /** Keyed hash of what was asked. */
  readonly request: string;
  readonly lifeMs: number;
}

const Result = z.object({
  outcome: z
    .object({
      answer: z
        .object({ data: z.unknown(), text: z.string(), untrusted: z.string().exactOptional() })
        .exactOptional(),
      plan: Shown.exactOptional(),
    })
    .exactOptional(),
  failure: z
    .object({
      code: z.string().refine((code): code is FailureCode => code in failures),
      details: z.unknown(),
    })
    .exactOptional(),
});
type Result = z.infer<typeof Result>;

const Claimed = z.object({
  v: z.literal(1),
  request: z.string(),
  summary: z.string(),
  /** The change that was accepted under it. */
  change: z.string(),
  expiresAt: z.number(),
  result: Result.exactOptional(),
});
type Claimed = z.infer<typeof Claimed>;

/** One use of a key: begun before anything is sent, finished with what came of it. */
export interface Claim {
  readonly name: string;
  begin(change: string, summary: string): Promise<void>;
  finish(result: Outcome | DomainError): Promise<void>;
  /** Nothing was sent after all: the key is as good as new. */
  free(): Promise<void>;
}

export interface OnceDeps {
  readonly state: StateStore;
  readonly locks: Locks;
  readonly clock: Clock;
}

const docOf = (name: string): string => `once/${name}`;
/** How often what has expired is looked for. */
const PRUNE_EVERY = 200;

/** Requests that are carried out once and answered the same ever after, for all processes on one state. */
export class Once {
  readonly #deps: OnceDeps;
  #claims = 0;

  constructor(deps: OnceDeps) {
    this.#deps = deps;
  }

  /**
   * Runs `work` unless this key was used: then answers as the first call did. `recover` closes a change whose process
   * died, as far as it was sent. Faults: CONFLICT for another request under the key, IN_PROGRESS, and what `work` throws.
   */
  async run(
    key: OnceKey,
    recover: (change: string) => Promise<void>,
    work: (claim: Claim) => Promise<Outcome>,
  ): Promise<Outcome> {
    const held = await this.#deps.locks.take(docOf(key.name), { once: true });
    if (held === undefined) {
      const known = await this.#read(key.name);
      refuseOther(known, key);
      throw inProgress(key, known);
    }
    try {
      let known = await this.#read(key.name);
      refuseOther(known, key);
      if (known !== undefined && known.result === undefined) {
        await recover(known.change);
        known = await this.#read(key.name);
      }
      if (known?.result !== undefined) return repeat(known.result);
      // Someone else is closing it, or the host cannot be asked now: it may have been sent.
      if (known !== undefined) throw inProgress(key, known);
      return await work(this.#claim(key));
    } finally {
      await held.release();
    }
  }

  /** Finishes a claim whose process died. */
  async settle(name: string, result: Outcome | DomainError): Promise<void> {
    const known = await this.#read(name);
    if (known === undefined || known.result !== undefined) return;
    await this.#deps.state.put(docOf(name), { ...known, result: resultOf(result) });
  }

  async free(name: string): Promise<void> {
    await this.#deps.state.delete(docOf(name));
  }

  #claim(key: OnceKey): Claim {
    const { state, clock } = this.#deps;
    return {
      name: key.name,
      begin: async (change, summary) => {
        if (this.#claims++ % PRUNE_EVERY === 0) await this.#prune();
        const expiresAt = clock.now() + key.lifeMs;
        const claimed: Claimed = { v: 1, request: key.request, summary, change, expiresAt };
        await state.put(docOf(key.name), claimed);
      },
      finish: (result) => this.settle(key.name, result),
      free: () => this.free(key.name),
    };
  }

  async #read(name: string): Promise<Claimed | undefined> {
    const found = Claimed.safeParse(await this.#deps.state.get(docOf(name)));
    if (!found.success) return undefined;
    return found.data.expiresAt <= this.#deps.clock.now() ? undefined : found.data;
  }

  async #prune(): Promise<void> {
    for (const key of await this.#deps.state.list('once/')) {
      if ((await this.#read(key.slice('once/'.length))) === undefined) await this.#deps.state.delete(key);
    }
  }
}

function inProgress({ what }: OnceKey, known: Claimed | undefined): DomainError<'IN_PROGRESS'> {
  return new DomainError('IN_PROGRESS', { what, summary: known?.summary ?? 'it is being looked at' });
}

function refuseOther(known: Claimed | undefined, key: OnceKey): void {
  if (known === undefined || known.request === key.request) return;
  throw new DomainError('CONFLICT', {
    reason: `${key.what} was used for another request (${known.summary}); nothing was sent.`,
    wayOut: 'Use a new key for a new request.',
  });
}

function resultOf(result: Outcome | DomainError): Result {
  if (result instanceof DomainError) return { failure: { code: result.code, details: result.details } };
  const { answer, plan } = result;
  return Result.parse({
    outcome: { ...(answer === undefined ? {} : { answer }), ...(plan === undefined ? {} : { plan }) },
  });
}

function repeat({ outcome, failure }: Result): Outcome {
  if (failure === undefined) return { ...outcome, repeated: true };
  const details = failure.details as Details<FailureCode>;
  throw new DomainError(failure.code, details, { cause: new Repeat('the outcome of the first call') });
}
