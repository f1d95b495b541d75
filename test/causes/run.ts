import { openCauseBench, type Told } from './bench.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** How one scenario came out. */
export interface CauseResult {
  readonly cause: string;
  readonly title: string;
  readonly first: string;
  readonly pass: boolean;
  readonly evidence: readonly string[];
  readonly next: Told['next'] | undefined;
}

/** Brings each app into its trouble on a host of its own and asks app_diagnose what is wrong. */
export async function runCauses(): Promise<readonly CauseResult[]> {
  const results: CauseResult[] = [];
  for (const scenario of scenarios) results.push(await runScenario(scenario));
  return results;
}

/** Right when the cause comes first, with the evidence and the call that the scenario names. */
export async function runScenario(scenario: Scenario): Promise<CauseResult> {
  const { cause, title, app, happens } = scenario;
  const bench = await openCauseBench();
  try {
    const after = await happens(bench.operator, app);
    const { data } = await bench.diagnose(app);
    await after?.();
    const [told] = data.causes;
    const { code: first = 'nothing', evidence = [], next } = told ?? {};
    const right =
      first === cause &&
      evidence.join('\n').includes(scenario.evidence) &&
      JSON.stringify(next).includes(scenario.next);
    return { cause, title, first, pass: right, evidence, next };
  } finally {
    await bench.close();
  }
}
