import { nearest } from '../domain/nearest.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Context } from './context.ts';
import type { Change, Plan } from './operation.ts';
import type { ShownPlan } from './pipeline.ts';
import type { CommandCatalogue, Effect } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { showCommand } from './show.ts';

const SEVERITY: readonly Effect[] = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'];
const MOST_NAMES = 5;

/** The plan's own word or the catalogue's, whichever is worse: an operation cannot play its effect down. */
export function severest(plan: Plan, catalogue: CommandCatalogue): ShownPlan['effect'] {
  const ranks = plan.commands.map((command) => SEVERITY.indexOf(catalogue.effectOf(command)));
  const rank = Math.max(SEVERITY.indexOf(plan.effect), ...ranks);
  return SEVERITY[rank] as ShownPlan['effect'];
}

/** True when a person has to agree. */
export function needsPerson({ effect }: ShownPlan, plan: Plan): boolean {
  return effect === 'destructive' || plan.needsConsent === true;
}

/** A plan as it may be shown, with the digest that consent is bound to. */
export async function showPlan(
  change: Change,
  plan: Plan,
  context: Context,
  digest: (value: unknown) => string,
): Promise<ShownPlan> {
  const { host, fingerprint, catalogue } = context;
  const near = await namesNear(plan, context);
  return {
    summary: sanitizeLine(plan.summary),
    effect: severest(plan, catalogue),
    // The digest is shown: a short secret in it could be guessed, so what holds one counts as its keyed hash.
    digest: digest({
      host,
      operation: change.name,
      commands: plan.commands.map(({ name, args, flags, stdin, secrets = [] }) => {
        const content = [args, stdin ?? null];
        return [name, flags ?? [], secrets.length === 0 ? content : fingerprint(JSON.stringify(content))];
      }),
      facts: plan.facts,
    }),
    commands: plan.commands.map(showCommand),
    consequences: plan.consequences.map(sanitizeLine),
    inverse: (plan.inverse ?? []).map(showCommand),
    ...(plan.typedName === undefined ? {} : { typedName: plan.typedName }),
    ...(near.length === 0 ? {} : { notToConfuse: near }),
  };
}

/**
 * The texts of a shown plan without any secret that is known of the host, also where a command does not name it as one:
 * questions and the undo journal repeat them. Digest and the name to type stay as they are, for they are compared.
 */
export function withoutSecrets(shown: ShownPlan, secrets: Secrets): ShownPlan {
  const { summary, commands, consequences, inverse } = shown;
  return { ...shown, ...secrets.maskValue({ summary, commands, consequences, inverse }) };
}

/** Apps that are easily taken for the one whose name has to be typed (shop and shop-api). */
async function namesNear({ typedName }: Plan, { apps, signal }: Context): Promise<readonly string[]> {
  if (typedName === undefined) return [];
  const others = (await apps.names(signal)).filter((name) => name !== typedName);
  return nearest(typedName, others, MOST_NAMES);
}
