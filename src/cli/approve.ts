import type { Command } from 'commander';
import type { Plans, StoredPlan } from '../application/plans.ts';
import { table } from '../application/text.ts';
import { open } from '../compose.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import { describePlan } from '../mcp/present.ts';
import { ask } from './ask.ts';
import { common, flags, print, warn } from './options.ts';

interface ApproveOptions {
  readonly list?: boolean;
  readonly deny?: boolean;
  readonly json?: boolean;
}

/**
 * `approve ID`: a person looks at a plan that a client could not ask about, and decides, in a terminal of their own. There
 * is no flag to answer with: whoever can run a command, a model too, could give it.
 */
export function approveCommand(program: Command, done: (code: number) => void): void {
  common(program.command('approve'))
    .description('decide on a plan that waits for consent')
    .argument('[id]', 'the plan, as the refusal named it')
    .option('--list', 'the plans that wait')
    .option('--deny', 'refuse it')
    .option('--json', 'with --list: as JSON')
    .action(async (id: string | undefined, options: ApproveOptions, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      try {
        if (id === undefined || options.list === true) await list(product.plans, options);
        else await decide(product.plans, id, options);
        done(0);
      } finally {
        await product.close();
      }
    });
}

async function list(plans: Plans, { json }: ApproveOptions): Promise<void> {
  const waiting = await plans.waiting();
  if (json === true) return print(JSON.stringify({ plans: waiting.map(shown) }, null, 2));
  if (waiting.length === 0) return print('No plan waits for consent.');
  const rows = waiting.map((plan) => [
    plan.id,
    plan.shown.summary,
    plan.host,
    plan.actor,
    time(plan.expiresAt),
  ]);
  print(table(['plan', 'what it does', 'host', 'asked by', 'good until'], rows));
}

async function decide(plans: Plans, id: string, { deny = false }: ApproveOptions): Promise<void> {
  const plan = await plans.find(id);
  if (plan === undefined) {
    throw new DomainError('NOT_FOUND', {
      what: 'plan',
      name: id,
      wayOut: 'dokku-mcp approve --list shows what waits.',
    });
  }
  if (deny) {
    await plans.decide(id, { approve: false });
    return print(`Denied: ${plan.shown.summary}. The client is told so.`);
  }
  plans.refuseExpired(plan);
  if (!process.stdin.isTTY) {
    throw new ValidationError('approve', 'needs a terminal, where a person answers', {
      wayOut: `Run dokku-mcp approve ${id} in a terminal of your own.`,
    });
  }
  const { typedName, summary } = plan.shown;
  warn(`Asked by ${plan.actor} for the host ${plan.host} at ${time(plan.createdAt)}.`);
  const answer = await ask(describePlan(plan.shown), typedName);
  if (answer === undefined) throw new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'not typed' });
  await plans.decide(id, { approve: true, ...(typedName === undefined ? {} : { typedName: answer }) });
  print(
    `Approved: ${summary}. It is carried out when the client calls again with mode: "${id}", until ${time(plan.expiresAt)}.`,
  );
}

function shown({ id, host, operation, actor, expiresAt, shown: plan }: StoredPlan) {
  return { id, host, tool: operation, actor, expires: time(expiresAt), ...plan };
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
