import { DomainError } from '../domain/errors.ts';
import type { Context } from './context.ts';
import type { Change, Plan } from './operation.ts';
import type { Call } from './pipeline.ts';

/** What was remembered of anything that the plan may have touched; an app's end or copy changes links of services too. */
export function forget({ app }: Plan, { apps, services }: Context): void {
  apps.invalidate(app);
  services.invalidate();
}

/** A failure with what it left behind, where the operation can tell; otherwise as it is. Reads, and never throws. */
export async function explained(
  change: Change,
  call: Call,
  context: Context,
  plan: Plan,
  failure: unknown,
): Promise<unknown> {
  if (change.explain === undefined || !(failure instanceof DomainError)) return failure;
  forget(plan, context);
  return await change.explain(call.input, context, failure, plan).catch(() => failure);
}
