import { lines, table } from '../application/text.ts';
import { cap, sanitizeLine } from '../domain/sanitize.ts';
import { type Act, resultOf } from '../infrastructure/audit/acts.ts';
import type { Verdict } from '../infrastructure/audit/verify.ts';

/** Enough of the end of an id to tell the acts of a list apart; some ids begin with the time. */
const SHORT_ID = 8;

/** An act for machines: what `list --json` gives of it. */
export function shown(act: Act) {
  const { id, first, outcome } = act;
  const { at, operation, app, host, effect, actor, client, transport, commands, count } = first;
  const { principal, address } = first;
  return {
    id,
    at,
    result: resultOf(act),
    ...{ operation, app, host, effect, actor, client, transport, commands, count, principal, address },
    code: outcome?.code ?? first.code,
    duration_ms: outcome?.duration_ms,
    found: outcome?.found ?? first.reason,
    resolved: outcome?.resolved,
  };
}

/** One line an act, for a terminal of 100 columns. */
export function describeActs(acts: readonly Act[], more: boolean): string {
  if (acts.length === 0) return 'No such act is on record.';
  const several = new Set(acts.map(({ first }) => first.host)).size > 1;
  const head = ['when (UTC)', 'result', 'what', several ? 'app@host' : 'app', 'who', 'took', 'id'];
  const rows = acts.map((act) => {
    const { first, outcome } = act;
    const times = first.count === undefined ? '' : ` ×${first.count}`;
    const app = several ? `${first.app ?? ''}@${first.host ?? ''}` : (first.app ?? '');
    return [
      when(first.at).slice(0, 19),
      resultOf(act),
      cell(first.operation ?? '', 16 - times.length) + times,
      cell(app, 18),
      cell(first.actor ?? '', 12),
      outcome?.duration_ms === undefined ? '' : took(outcome.duration_ms),
      sanitizeLine(act.id.slice(-SHORT_ID)),
    ];
  });
  const rest = more ? `The newest ${acts.length}; --limit ${acts.length * 5} shows more. ` : '';
  return `${table(head, rows)}\n\n${rest}dokku-mcp audit show ID tells all about one.`;
}

/** All that is on record of one act. */
export function describeAct(act: Act): string {
  const { id, first, outcome } = act;
  const { writer } = first;
  const client = first.client === undefined ? '' : ` with ${first.client}`;
  const isPlain = first.transport === undefined || first.transport === first.actor;
  const transport = isPlain ? '' : ` over ${first.transport}`;
  const numbers = [first, ...(outcome === undefined || outcome === first ? [] : [outcome])];
  const rows = lines(
    [
      ['result', resultOf(act)],
      [
        'when',
        `${when(first.at)} UTC${outcome?.duration_ms === undefined ? '' : `, took ${took(outcome.duration_ms)}`}`,
      ],
      ['who', `${first.actor ?? ''}${client}${transport}`],
      ['token', first.principal?.jti],
      ['from', first.address],
      ['what', first.operation],
      ['app', first.app],
      ['host', first.host],
      ['effect', first.effect],
      ['count', first.count?.toString()],
      ['code', outcome?.code ?? first.code],
      ['exit', outcome?.exit?.toString()],
      ['reason', first.reason],
      ['found', outcome?.found],
      ['resolved', outcome?.resolved],
      ['plan', first.plan],
      ['postcondition', first.postcondition === undefined ? undefined : JSON.stringify(first.postcondition)],
      ['writer', writer === undefined ? undefined : `process ${writer.pid}`],
      ...numbers.map(({ seq, hash }): [string, string] => [`record ${seq}`, hash]),
    ].map(([name = '', value]) => [name, value === undefined ? undefined : sanitizeLine(value)]),
  );
  const commands = (first.commands ?? []).map((command) => `\n  ${sanitizeLine(command)}`).join('');
  return `act ${id}\n${rows}${commands === '' ? '' : `\ncommands:${commands}`}`;
}

/** What verify found, and what it cannot find by itself. */
export function describeVerdict(verdict: Verdict): string {
  const { records, segments, head, broken, open, mended, pruned, torn } = verdict;
  const held = `${number(records, 'record')} in ${number(segments, 'file')}`;
  if (broken !== undefined) {
    const where = broken.file === undefined ? '' : `${broken.file}, line ${broken.line ?? 1}: `;
    return `✗ The record does not hold. ${where}${broken.reason}.\nWhat stands before that holds: ${held}.`;
  }
  if (head.seq === 0) return 'Nothing is on record yet.';
  const anchor = `${head.hash}:${head.seq}`;
  return [
    `✓ The record holds: ${held}; ${number(open, 'act')} without outcome.`,
    ...(pruned === undefined
      ? []
      : [
          `  records 1 to ${pruned.seq} were pruned (security.audit.keep_days); it goes on from ${pruned.hash}:${pruned.seq}`,
        ]),
    ...mended.map(({ seq, at, aside }) => `  ! record ${seq}, ${when(at)}: a torn end was moved to ${aside}`),
    ...(torn === 0
      ? []
      : [`  ! ${number(torn, 'byte')} at the end are no whole line: a writer is at it or was cut off`]),
    'Note this head somewhere else; with it a later verify also finds a log that was cut off or rewritten:',
    `  dokku-mcp audit verify --anchor ${anchor}`,
  ].join('\n');
}

function when(at: string): string {
  return sanitizeLine(at).replace('T', ' ').replace('Z', '');
}

function took(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function cell(text: string, width: number): string {
  return cap(sanitizeLine(text), width);
}

function number(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
