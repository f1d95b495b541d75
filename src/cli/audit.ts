import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { auditFolderOf } from '../compose.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import {
  type Act,
  actsBackwards,
  auditLines,
  isOlder,
  matches,
  readActs,
  resultOf,
} from '../infrastructure/audit/acts.ts';
import { toOcsf } from '../infrastructure/audit/ocsf.ts';
import type { Head } from '../infrastructure/audit/record.ts';
import { verifyAudit } from '../infrastructure/audit/verify.ts';
import { VERSION } from '../version.ts';
import { describeAct, describeActs, describeVerdict, shown } from './audit-view.ts';
import { print } from './options.ts';

const RESULTS = ['ok', 'failed', 'unknown', 'open', 'refused', 'declined', 'asked', 'revealed'];

interface Options {
  readonly json?: boolean;
}

/** `audit`: who did what, and whether the record of it still holds. Only reads, and needs no host. */
export function auditCommand(program: Command, done: (code: number) => void): void {
  const audit = program.command('audit').description('the record of every act');
  listCommand(audit);
  showCommand(audit);
  verifyCommand(audit, done);
  exportCommand(audit);
}

function listCommand(audit: Command): void {
  common(audit.command('list'))
    .description('the acts, newest first')
    .option('--app <name>', 'only on this app')
    .option('--host <name>', 'only on this host, as the record names it')
    .addOption(new Option('--result <result>', 'only what came out so').choices(RESULTS))
    .option('--since <when>', 'only younger than 30m, 12h, 7d, or since a date')
    .option('--limit <number>', 'at most so many', '20')
    .option('--json', 'machine-readable')
    .action(async (options: Options & Record<string, string>, command: Command) => {
      const { app, host, result, since } = options;
      const filter = {
        ...(app === undefined ? {} : { app }),
        ...(host === undefined ? {} : { host }),
        ...(result === undefined ? {} : { result }),
        ...(since === undefined ? {} : { since: instant(since) }),
      };
      const limit = count(options.limit ?? '');
      const acts: Act[] = [];
      for await (const act of actsBackwards(folder(command))) {
        if (acts.length > limit || isOlder(act, filter)) break;
        if (matches(act, filter)) acts.push(act);
      }
      const some = acts.slice(0, limit);
      const more = acts.length > limit;
      if (options.json === true) print(JSON.stringify({ more, acts: some.map(shown) }, null, 2));
      else print(describeActs(some, more));
    });
}

function showCommand(audit: Command): void {
  common(audit.command('show'))
    .description('one act with all that is on record')
    .argument('<id>', 'id of an act, or how it begins or ends')
    .option('--json', 'the records themselves')
    .action(async (id: string, options: Options, command: Command) => {
      const acts = find(await readActs(folder(command)), id);
      if (options.json !== true) print(acts.map(describeAct).join('\n\n'));
      else print(JSON.stringify(acts.map(whole), null, 2));
    });
}

function verifyCommand(audit: Command, done: (code: number) => void): void {
  common(audit.command('verify'))
    .description('whether every record still stands as it was written')
    .option('--anchor <hash:seq>', 'the head that an earlier verify gave')
    .option('--json', 'machine-readable')
    .action(async (options: Options & { anchor?: string }, command: Command) => {
      const anchor = options.anchor === undefined ? undefined : headOf(options.anchor);
      const verdict = await verifyAudit(folder(command), anchor);
      const ok = verdict.broken === undefined;
      print(options.json === true ? JSON.stringify({ ok, ...verdict }, null, 2) : describeVerdict(verdict));
      done(ok ? 0 : 1);
    });
}

function exportCommand(audit: Command): void {
  common(audit.command('export'))
    .description('everything, to standard output')
    .addOption(
      new Option('--format <format>', 'jsonl: the records byte for byte; ocsf: API Activity, one per act')
        .choices(['jsonl', 'ocsf'])
        .default('jsonl'),
    )
    .action(async ({ format }: { format: string }, command: Command) => {
      const from = folder(command);
      try {
        await pipeline(
          Readable.from(format === 'ocsf' ? ocsfLines(from) : recordLines(from)),
          process.stdout,
        );
      } catch (error) {
        // Whoever reads has seen enough (`| head`).
        if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
      }
    });
}

async function* recordLines(from: string): AsyncGenerator<string> {
  for await (const { line } of auditLines(from)) yield `${line}\n`;
}

async function* ocsfLines(from: string): AsyncGenerator<string> {
  for (const act of await readActs(from)) yield `${JSON.stringify(toOcsf(act, VERSION))}\n`;
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML)')
    .option('--state-dir <dir>', 'where the audit is kept');
}

/** Where the log is, by the flags before and after the command's words; which hosts there are does not matter here. */
function folder(command: Command): string {
  const { config, stateDir } = command.optsWithGlobals<{ config?: string; stateDir?: string }>();
  return auditFolderOf(
    { ...(config === undefined ? {} : { config }), ...(stateDir === undefined ? {} : { stateDir }) },
    process.env,
  );
}

/** An act with its records as they stand. */
function whole(act: Act) {
  const { id, first, outcome } = act;
  const records = outcome === undefined || outcome === first ? [first] : [first, outcome];
  return { id, result: resultOf(act), records };
}

/** The act that is meant; several only where an id was used again. */
function find(acts: readonly Act[], id: string): readonly Act[] {
  const found = acts.filter((act) => act.id.startsWith(id) || act.id.endsWith(id));
  const ids = [...new Set(found.map((act) => act.id))];
  if (ids.length === 0) {
    throw new DomainError('NOT_FOUND', {
      what: 'act',
      name: id,
      wayOut: 'dokku-mcp audit list shows the acts with their ids.',
    });
  }
  if (ids.length > 1) {
    const wayOut = `Give more of it: ${ids.slice(0, 5).join(', ')}.`;
    throw new ValidationError('id', `${ids.length} acts have it`, { value: id, wayOut });
  }
  return found;
}

function headOf(text: string): Head {
  const [, hash = '', seq = ''] = /^([0-9a-f]{64}):([1-9]\d{0,15})$/.exec(text) ?? [];
  if (hash === '') {
    throw new ValidationError('--anchor', 'is not a head like HASH:SEQ', {
      wayOut: 'dokku-mcp audit verify prints it.',
    });
  }
  return { hash, seq: Number(seq) };
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function instant(text: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const at = number === undefined ? Date.parse(text) : Date.now() - Number(number) * (UNITS[unit] ?? 0);
  if (Number.isNaN(at)) {
    throw new ValidationError('--since', 'is neither an age like 30m, 12h or 7d nor a date', { value: text });
  }
  return at;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ValidationError('--limit', 'is not a number from 1', { value: text });
  return Number(text);
}
