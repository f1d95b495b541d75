import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import type { Attempt } from './attempts.ts';
import { type CorpusCase, type Expectation, expand, expectationOf } from './case.ts';
import type { Target, ToolAnswer } from './target.ts';

const catalogue = new Catalogue();

/** More than this no model should be made to read. */
const LONGEST_ANSWER = 200_000;
/** Shorter values stand in ordinary words too. */
const SHORTEST_SECRET = 6;

/** Runs all attempts of a case against the target; the reasons why it fails, none when it is good. */
export async function judge(given: CorpusCase, attempts: readonly Attempt[], target: Target): Promise<string[]> {
  const expectation = known(given, expectationOf(given));
  const reasons: string[] = [];
  for (const attempt of attempts) {
    const before = target.snapshot();
    target.wire.clear();
    const answer = await target.call(attempt.tool, attempt.args);
    const where = `${attempt.tool}${typeof attempt.args['name'] === 'string' ? ` ${attempt.args['name']}` : ''}`;
    const found = [
      ...decent(answer),
      ...(expectation.kind === 'refused' ? refused(expectation, answer, target, before) : []),
      ...(expectation.kind === 'accepted' && answer.isError ? [`refused: ${answer.text.slice(0, 200)}`] : []),
    ];
    reasons.push(...found.map((reason) => `${where}: ${reason}`));
    if (expectation.kind !== 'refused' && !answer.isError) reasons.push(...whole(given, answer, target));
  }
  return reasons;
}

/** Where the name is one of Dokku's, its arguments may be what is wrong with it. */
function known({ group, input }: CorpusCase, expectation: Expectation): Expectation {
  if (group !== 'command_name' || expectation.kind !== 'refused') return expectation;
  const exists = catalogue.find(String(input['command'])) !== undefined;
  return exists ? { kind: 'refused', codes: [...expectation.codes, 'INVALID_ARGUMENT'] } : expectation;
}

/** What no answer may show, whatever was asked. */
function decent({ text, structured }: ToolAnswer): string[] {
  const all = `${text}\n${JSON.stringify(structured ?? null)}`;
  return [
    ...(/\n\s+at .+[:(]\d|node:internal|\.(?:mjs|ts):\d+/.test(all) ? ['shows a stack trace'] : []),
    ...(all.includes('"jsonrpc"') ? ['shows raw JSON-RPC'] : []),
    ...(all.includes('[INTERNAL]') ? [`internal error: ${text.slice(0, 200)}`] : []),
    ...(all.length > LONGEST_ANSWER ? [`is ${all.length} characters long`] : []),
    ...(Object.keys(Object.prototype).length > 0 ? ['polluted Object.prototype'] : []),
  ];
}

function refused(
  { codes }: Extract<Expectation, { kind: 'refused' }>,
  answer: ToolAnswer,
  { wire, snapshot }: Target,
  before: string,
): string[] {
  const { field, reason } = answer.details;
  const named = typeof field === 'string' && field !== '' && typeof reason === 'string' && reason !== '';
  return [
    ...(answer.isError ? [] : [`was not refused: ${answer.text.slice(0, 200)}`]),
    ...(!answer.isError || codes.includes(answer.code)
      ? []
      : [`code ${answer.code}, not ${codes.join(' or ')}: ${answer.text.slice(0, 200)}`]),
    ...(answer.code === 'INVALID_ARGUMENT' && !named ? ['does not name the field'] : []),
    ...wire.changes.map(({ line }) => `sent ${JSON.stringify(line.slice(0, 200))}`),
    ...changes(before, snapshot()),
  ];
}

/** What was accepted has to be on the host exactly as it was given, on the app that was meant and no other. */
function whole({ group, input }: CorpusCase, answer: ToolAnswer, { host, wire }: Target): string[] {
  const { app, vars, domain, map, scale, command } = expand(input) as Record<string, unknown>;
  const name = String(app);
  const found = host.apps.get(name);
  const not = (what: string, want: unknown, got: unknown): string[] =>
    got === want ? [] : [`${what} is ${shown(got)} on the host, not ${shown(want)}`];
  const reasons = Object.keys(Object.prototype).length > 0 ? ['polluted Object.prototype'] : [];
  switch (group) {
    case 'app_name':
      return [...reasons, ...(found === undefined ? [`the host has no app ${shown(name)}`] : [])];
    case 'env_key':
    case 'env_value': {
      for (const [key, value] of Object.entries(vars as Record<string, string>)) {
        reasons.push(...not(key, value, found?.config.get(key)), ...(group === 'env_value' ? leaks(value, answer, wire) : []));
      }
      return reasons;
    }
    case 'domain': {
      const want = String(domain).toLowerCase().replace(/\.$/, '');
      const names = found?.domains.names ?? [];
      const doubled = names.filter((entry) => entry.toLowerCase().replace(/\.$/, '') === want).length !== 1;
      return [...reasons, ...(names.includes(want) && !doubled ? [] : [`domains are ${shown(names)}`])];
    }
    case 'ports':
      return [...reasons, ...(found?.ports.includes(String(map)) === true ? [] : [`ports are ${shown(found?.ports)}`])];
    case 'scale': {
      const [type = '', count] = String(scale).split('=');
      return [...reasons, ...not(type, Number(count), found?.scale.get(type))];
    }
    case 'run_argv': {
      const sent = wire.sent.find(({ argv }) => argv[0] === 'run')?.argv.slice(2);
      return [...reasons, ...not('argv', JSON.stringify(command), JSON.stringify(sent))];
    }
    default:
      return reasons;
  }
}

/** Where two snapshots part. */
function changes(before: string, after: string): string[] {
  if (before === after) return [];
  const at = [...before].findIndex((character, index) => character !== after[index]);
  return [`the state of the host changed: ${after.slice(Math.max(0, at - 60), at + 60)}`];
}

/** A value travels on standard input only and never comes back. */
function leaks(value: string, answer: ToolAnswer, { sent }: Target['wire']): string[] {
  if (value.length < SHORTEST_SECRET || /^[a-z]+$/.test(value)) return [];
  const said = `${answer.text}\n${JSON.stringify(answer.structured ?? null)}`;
  return [
    ...(sent.some(({ line, argv }) => line.includes(value) || argv.some((word) => word.includes(value)))
      ? ['the value stands in a command line']
      : []),
    ...(said.includes(value) || said.includes(JSON.stringify(value).slice(1, -1)) ? ['the value stands in the answer'] : []),
  ];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 120);
}
