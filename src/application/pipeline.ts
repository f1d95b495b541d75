import type { Answer, Operation, Plan } from './operation.ts';
import type { Progress } from './ports.ts';
import type { Caller, Principal } from './principal.ts';

/** One request to run one operation on one host. */
export interface Call extends Caller {
  readonly operation: Operation;
  /** Already validated by the operation's input schema. */
  readonly input: Record<string, unknown>;
  readonly host: string;
  /** Who asks: the name of the client, or the id of the principal whose token it has. */
  readonly actor: string;
  /** The program that asks, where the actor is a person. */
  readonly client?: string;
  /** How the call came: `stdio`, `http`, `cli`. */
  readonly transport?: string;
  /** Who its token was given to, where the call came with one. */
  readonly principal?: Principal;
  /** Where it came from, in a network. */
  readonly address?: string;
  /** `plan` shows what would be done and sends no change. */
  readonly mode: 'apply' | 'plan';
  /** Carries out exactly the plan with this id, once, if what it was made from still holds. */
  readonly token?: string;
  /** The caller's own name for this request: the same request under it is carried out once in 24 hours. */
  readonly idempotencyKey?: string;
  /** The consent of a person to exactly the plan with this digest. */
  readonly confirmation?: Confirmation;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Confirmation {
  readonly digest: string;
  /** What the person typed, where the plan asks for a name. */
  readonly typedName?: string;
  /** The stored plan that the person was asked about. */
  readonly plan?: string;
}

/** What came of a call: an answer, or for a change in plan mode the plan alone. */
export interface Outcome {
  readonly answer?: Answer<unknown>;
  readonly plan?: ShownPlan;
  /** Of a call in plan mode: carries out exactly this plan. */
  readonly token?: string;
  /** The answer of an earlier call with the same token or key; nothing was sent again. */
  readonly repeated?: boolean;
}

/** A plan as it may be shown: secrets masked, commands as decoded argv. */
export interface ShownPlan extends Pick<Plan, 'summary' | 'effect' | 'consequences' | 'typedName'> {
  readonly digest: string;
  readonly commands: readonly string[];
  readonly inverse: readonly string[];
  /** Names so near to the typed one that they are easily taken for it. */
  readonly notToConfuse?: readonly string[];
}

/**
 * A step sees every call and its outcome, and nothing else: one concern, one file. It may hand on another call in the
 * place of the one that it was given.
 */
export type Step = (call: Call, next: (call?: Call) => Promise<Outcome>) => Promise<Outcome>;

/** Runs a call through all steps, outermost first, and then the operation. */
export type Run = (call: Call) => Promise<Outcome>;

/** Puts the steps around `operate`. */
export function pipeline(steps: readonly Step[], operate: Run): Run {
  // async: a step that throws at once rejects like all others.
  return async (call) =>
    await steps.reduceRight<Run>(
      (next, step) => async (given) => await step(given, (other = given) => next(other)),
      operate,
    )(call);
}
