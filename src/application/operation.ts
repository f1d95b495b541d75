import type { z } from 'zod';
import type { Deployment, DeploySource } from '../domain/application/deployment.ts';
import type { DomainError } from '../domain/errors.ts';
import type { BackupJob, BackupWork } from './backup-jobs.ts';
import type { Context } from './context.ts';
import type { Command, CommandResult, Effect } from './ports.ts';

/** What the executor did: the answers of the commands in order, or the job that now runs (or ended) in a keeper. */
export interface Done {
  /** The plan that was carried out, or whose outcome is unknown. */
  readonly plan: Plan;
  readonly results: readonly CommandResult[];
  readonly deployment?: Deployment;
  readonly backup?: BackupJob;
}

/** What an operation answers: typed data, and the short text a model reads first. */
export interface Answer<O> {
  readonly data: O;
  readonly text: string;
  /** Text of the host or of the app (logs, output): untrusted, shown fenced and marked. */
  readonly untrusted?: string;
  /** Values that were asked for and may be shown: they are neither masked nor cleaned. */
  readonly revealed?: boolean;
}

interface Named<I extends z.ZodObject, O extends z.ZodObject> {
  /** snake_case family_verb. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Strict object; every field described. */
  readonly input: I;
  readonly output: O;
  /** False for what is rare: not among the listed tools, found by command_search and run by name through its siblings. */
  readonly listed?: false;
}

/** Reads the host. Can never change anything. */
export interface Query<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject>
  extends Named<I, O> {
  readonly kind: 'query';
  // Method form: parameters stay bivariant, so that a list can hold queries of different inputs without a cast.
  run(input: z.output<I>, context: Context): Promise<Answer<z.input<O>>>;
}

/** Changes the host: `plan` computes what would be done, the executor does it, `readBack` tells what is so now. */
export interface Change<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject>
  extends Named<I, O> {
  readonly kind: 'change';
  /** The severest effect the operation can have: decides the tool's annotations. */
  readonly effect: Exclude<Effect, 'read' | 'read-secret'>;
  /** True for inputs that are as severe as `effect` says, where others are milder; absent: every input is. */
  isSevere?(input: z.output<I>): boolean;
  /** True when the same call twice leaves the same state as once. */
  readonly idempotent: boolean;
  plan(input: z.output<I>, context: Context): Promise<Plan>;
  /**
   * The state that this change is about, as facts: compared with itself before it is taken back. Variables only as
   * fingerprints, under `variables`.
   */
  observe?(input: z.output<I>, context: Context): Promise<unknown>;
  /** Nothing that can be read shows whether it was carried out. */
  readonly unobservable?: boolean;
  /** Reads the new facts; throws NOT_APPLIED when the host does not show what the commands promised. */
  readBack(input: z.output<I>, context: Context, done: Done): Promise<Answer<z.input<O>>>;
  /** A command failed: says what it left behind and the way out of that, by reading; the failure itself when nothing. */
  explain?(input: z.output<I>, context: Context, failure: DomainError, plan: Plan): Promise<DomainError>;
}

export type Operation = Query | Change;

/** Which operation observes a state, and with what input. */
export interface About {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Ordered commands with everything a person needs to decide; runs nothing itself. */
export interface Plan {
  /** One line: `Destroy the app shop`. */
  readonly summary: string;
  readonly effect: Exclude<Effect, 'read' | 'read-secret'>;
  /** The app whose lock the executor takes; absent for host-wide changes. */
  readonly app?: string;
  readonly commands: readonly Command[];
  /** What goes with it and what Dokku does not say: shown before consent and in the answer. */
  readonly consequences: readonly string[];
  /** The facts it was computed from; any JSON value. Their digest tells whether the state moved. */
  readonly facts: unknown;
  /** The commands that lead back, where there are any. */
  readonly inverse?: readonly Command[];
  /** What the way back needs besides its commands: the job that its last one is, and the app when that has another name. */
  readonly back?: { readonly job?: DeploySource; readonly app?: string };
  /** Why there is no way back. */
  readonly noWayBack?: string;
  /** What `observe` showed when the plan was made. */
  readonly before?: unknown;
  /** The change that this one takes back, and the operation whose state that is about. */
  readonly undoes?: { readonly id: string; readonly about: About };
  /** Asks for consent although nothing is lost for good (the whole app stops). Destructive plans always ask. */
  readonly needsConsent?: boolean;
  /** The name that a person has to type to consent. */
  readonly typedName?: string;
  /** Does not wait for another change of the app: a cancel must not queue behind what it cancels. */
  readonly concurrent?: boolean;
  /** What is done on the machine of this server, after the commands. */
  readonly locally?: () => Promise<void>;
  /** Long work: the LAST command runs in a keeper; those before it run here first. Holds what the keeper settles it by. */
  readonly job?: DeploySource;
  /** Long work on a data service: ALL commands run in a keeper, which makes them from this. */
  readonly work?: BackupWork;
}

export function defineQuery<I extends z.ZodObject, O extends z.ZodObject>(
  query: Omit<Query<I, O>, 'kind'>,
): Query<I, O> {
  return { kind: 'query', ...query };
}

export function defineChange<I extends z.ZodObject, O extends z.ZodObject>(
  change: Omit<Change<I, O>, 'kind'>,
): Change<I, O> {
  return { kind: 'change', ...change };
}
