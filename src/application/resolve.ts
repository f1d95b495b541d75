import { DomainError } from '../domain/errors.ts';
import { isPathFault, messageOf } from './aftermath.ts';
import type { Context } from './context.ts';
import { forget } from './explained.ts';
import type { Answer, Change, Done } from './operation.ts';
import type { Resolved } from './ports.ts';

/** What the host may still be carrying out when its answer was lost shows after some seconds. */
const PAUSES_MS = [500, 1_500, 3_000];

export interface Resolution {
  readonly resolved: Resolved;
  /** What reading back showed. */
  readonly found: string;
  readonly answer?: Answer<unknown>;
  /** The host could not be asked: it may be asked again later. */
  readonly unreachable?: boolean;
}

/** Tells by reading what became of a change whose end was not seen. Sends no change, whatever it finds. */
export async function resolve(
  change: Change,
  input: Record<string, unknown>,
  context: Context,
  done: Done,
): Promise<Resolution> {
  const quiet: Context = { ...context, signal: new AbortController().signal, progress: () => undefined };
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await change.readBack(input, quiet, done);
      if (change.unobservable === true) return { resolved: 'still_unknown', found: answer.text };
      return { resolved: 'applied', found: answer.text, answer };
    } catch (error) {
      const found = messageOf(error);
      // Who asks may not read it: a caller who may will find out.
      const hidden = DomainError.is(error, 'POLICY_DENIED');
      if (hidden || isPathFault(error)) return { resolved: 'still_unknown', found, unreachable: true };
      if (!DomainError.is(error, 'NOT_APPLIED')) return { resolved: 'still_unknown', found };
      const pause = PAUSES_MS[attempt];
      if (pause === undefined) return { resolved: 'not_applied', found };
      await context.clock.sleep(pause);
      forget(done.plan, context);
    }
  }
}
