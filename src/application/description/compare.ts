import type { AppDescription } from '../../domain/application/description.ts';
import { type Difference, differencesOf, partsOf } from '../../domain/application/drift.ts';
import { describeServed, servesAsked } from '../../domain/application/served-source.ts';
import { describeSource } from '../../domain/application/source.ts';
import type { Context } from '../context.ts';
import { type AppState, comparableOf, deploySourceOf } from './state.ts';
import { type VariableChanges, variableChanges } from './variables.ts';

/** In what an app differs from its description. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly variables: VariableChanges;
}

/** Compares an app with what is described of it. Faults: as `variableChanges`. */
export async function compare(
  wanted: AppDescription,
  state: AppState,
  context: Pick<Context, 'references' | 'fingerprint'>,
): Promise<Comparison> {
  const variables = await variableChanges(wanted.config, state.variables, context);
  const rest = differencesOf(partsOf(wanted), partsOf(comparableOf(state)));
  return { differences: [...sourceDifference(wanted, state), ...variables.differences, ...rest], variables };
}

/** A branch or tag is told by its repository alone: what it stands for now only a fetch can tell. */
function sourceDifference({ source }: AppDescription, { app }: AppState): readonly Difference[] {
  const asked = deploySourceOf(source);
  if (asked === undefined || servesAsked(app.source, asked) === true) return [];
  const there = app.source === undefined ? {} : { found: describeServed(app.source) };
  return [{ part: 'source', item: 'source', wanted: describeSource(asked), ...there }];
}

/** What no plan here changes: links to services are made by their own operation. */
export function isByHand({ part }: Difference): boolean {
  return part === 'services';
}
