import { AcceptedChanges } from './accepted.ts';
import { Executor, type ExecutorDeps } from './executor.ts';
import { Journal } from './journal.ts';
import { Once } from './once.ts';
import type { Operation } from './operation.ts';
import { Plans } from './plans.ts';

/** What only these parts share is made here; the rest comes from the composition root. */
export type ExecutorParts = Omit<ExecutorDeps, 'plans' | 'once' | 'accepted' | 'journal'> & {
  readonly operations: readonly Operation[];
};

/** The executor and what it keeps its promises with, over one state. */
export function assembleExecutor(parts: ExecutorParts) {
  const plans = new Plans(parts);
  const once = new Once(parts);
  const journal = new Journal(parts);
  const accepted = new AcceptedChanges({ ...parts, once, journal });
  const executor = new Executor({ ...parts, plans, once, accepted, journal });
  return { executor, plans, journal, accepted };
}
