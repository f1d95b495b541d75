import type { CommandInfo } from '../../../application/ports.ts';
import { freeForm, isAppSlot, wholeFlags } from '../catalogue/concerns.ts';
import { type Condition, judgementsOf } from '../catalogue/effects.ts';
import { type PositionalSyntax, parseSynopsis } from '../catalogue/syntax.ts';
import { walledOff } from './wall.ts';

/**
 * The catalogue as shell: `look_up` sets for the command in `name` its effect, its flags (`alone`, `valued`, `any`), the
 * places of its words and the flags that stand for the whole host, and fails for what is not catalogued or never sent;
 * `measure` then lets the arguments correct the effect.
 */
export function table(commands: readonly CommandInfo[]): string {
  const sent = commands.filter(({ name, refused }) => refused === undefined && !walledOff.has(name));
  const looks = new Map<string, string[]>();
  for (const info of sent) {
    const look = lookOf(info);
    looks.set(look, [...(looks.get(look) ?? []), info.name]);
  }
  const branches = [...looks].map(
    ([look, names]) => `    ${names.map(quote).join(' | ')})\n      ${look} ;;`,
  );
  const measures = sent.flatMap(({ name }) => {
    const judgements = judgementsOf(name);
    if (judgements.length === 0) return [];
    const tests = judgements.map(
      ({ when, effect }, index) =>
        `      ${index === 0 ? 'if' : 'elif'} ${test(when)}; then effect=${effect}`,
    );
    return [`    ${quote(name)})\n${tests.join('\n')}\n      fi ;;`];
  });
  return [
    'look_up() {\n  case $name in',
    ...branches,
    '    *) return 1 ;;\n  esac\n}\n',
    'measure() {\n  case $name in',
    ...measures,
    '    *) ;;\n  esac\n}',
  ].join('\n');
}

/** For a literal of the catalogue or of a policy; none of them holds a quote. */
export function quote(text: string): string {
  return `'${text}'`;
}

function lookOf(info: CommandInfo): string {
  const syntax = parseSynopsis(info.synopsis);
  const flags = [...syntax.flags];
  const words = (list: readonly string[]): string => quote(list.join(' '));
  const alone = flags.filter(([, { value }]) => value === undefined).map(([name]) => name);
  const valued = flags.filter(([, { value }]) => value !== undefined).map(([name]) => name);
  const places = syntax.positionals.map((slot) => `${placeOf(slot)} `).join('');
  return `effect=${info.effect} alone=${words(alone)} valued=${words(valued)} any=${syntax.anyFlag ? 1 : ''} places=${quote(places)} whole=${words(wholeFlags(syntax))}`;
}

/** `KIND:MARKS=FLAGS`: r is required, m takes many words, each of the flags (with a comma after it) stands instead. */
function placeOf(slot: PositionalSyntax): string {
  const kind = slot.afterDashes
    ? 'dashes'
    : freeForm.has(slot.name)
      ? 'free'
      : isAppSlot(slot)
        ? 'app'
        : 'value';
  const marks = `${slot.required ? 'r' : ''}${slot.repeated ? 'm' : ''}`;
  return `${kind}:${marks}=${slot.instead.map((flag) => `${flag},`).join('')}`;
}

function test(condition: Condition): string {
  if ('has' in condition) return `has ${quote(condition.has.join(' '))} "$@"`;
  if ('lacks' in condition) return `! has ${quote(condition.lacks.join(' '))} "$@"`;
  if ('bare' in condition) return `bare ${quote(condition.bare.join(' '))} "$@"`;
  if ('last' in condition) return `last_not ${condition.last} ${condition.never} "$@"`;
  if ('words' in condition) return '[ $# -gt 0 ]';
  if ('only' in condition) return `only ${quote(condition.only.join(' '))} "$@"`;
  return condition.counts === 'none' ? 'no_counts "$@"' : 'positive_counts "$@"';
}
