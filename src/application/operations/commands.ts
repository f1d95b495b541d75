import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { canLeaveArgv, offArgv } from '../off-argv.ts';
import { defineChange, defineQuery, type Operation } from '../operation.ts';
import type { Command, CommandCatalogue, CommandInfo, CommandResult, DokkuClient, Effect } from '../ports.ts';
import { showCommand } from '../show.ts';
import { signature } from '../signature.ts';
import { table } from '../text.ts';
import { unsaid } from '../unsaid.ts';

const name = z.string().min(1).max(100).describe('Exact name, e.g. nginx:set');
const input = z
  .record(z.string(), z.unknown())
  .optional()
  .describe('Instead of args, for what command_search shows with {…}');
const args = z
  .array(z.string().max(10_000))
  .max(100)
  .default([])
  .describe('Words after the name: flags, the app, values');
const Result = z.object({
  command: z.string(),
  exit: z.number().optional(),
  stdout: z.string().optional(),
  stderr: z.string().optional(),
  truncated: z.boolean().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
});
const keepBytes = 64 * 1024;

export const commandSearch = defineQuery({
  name: 'command_search',
  title: 'Search Dokku commands',
  description:
    'Find any Dokku command or unlisted tool by words, with its arguments and effect; for what no other tool covers.',
  input: z.strictObject({
    words: z.string().min(1).max(200).describe('e.g. "nginx body size" or "storage:mount"'),
    limit: z.int().min(1).max(50).default(10),
  }),
  output: z.object({
    commands: z.array(
      z.object({
        name: z.string(),
        synopsis: z.string(),
        description: z.string(),
        effect: z.string(),
        tool: z.string(),
      }),
    ),
  }),
  async run({ words, limit }, { catalogue, unlisted }) {
    const rare = unlisted.map((tool) => ({ ...tool, description: `${tool.title}. ${tool.description}` }));
    const commands = catalogue.search(words, limit, rare).map(found);
    const rows = commands.map(({ synopsis, effect, tool, description }) => [
      synopsis,
      effect,
      tool,
      description,
    ]);
    return {
      data: { commands },
      text:
        rows.length === 0
          ? 'No command matches; try other words.'
          : table(['command', 'effect', 'tool', 'what it does'], rows),
    };
  },
});

export const commandQuery = defineQuery({
  name: 'command_query',
  title: 'Run a reading Dokku command',
  description: 'Run one Dokku command that only reads (reports, lists), found with command_search.',
  input: z.strictObject({ name, args, input }),
  output: Result,
  async run({ name, args, input }, { catalogue, client, permissions, signal }) {
    refuseInput(name, input);
    const asked = catalogue.compose(name, args);
    const command = await withoutSecrets(asked, client, signal);
    const effect = catalogue.effectOf(command);
    if (effect === 'read-secret' && !permissions.reveal) {
      throw new DomainError('POLICY_DENIED', {
        what: name,
        rule: 'it prints secret values, and security.reveal is not set in the configuration of this server',
      });
    }
    if (effect !== 'read' && effect !== 'read-secret') {
      throw new DomainError('CONFLICT', {
        reason: `${name} with these arguments changes the host (${effect}), and command_query only reads.`,
        wayOut: 'Call command_execute with the same arguments.',
      });
    }
    const result = await client.execute(command, { accept: answers(catalogue, name), signal, keepBytes });
    return { ...show(name, result), revealed: effect === 'read-secret' };
  },
});

export const commandExecute = defineChange({
  name: 'command_execute',
  title: 'Run a changing Dokku command',
  description:
    'Run one Dokku command that changes the host, found with command_search. Look at mode: plan first. Destructive ones ask a person.',
  effect: 'destructive',
  idempotent: false,
  input: z.strictObject({ name, args, stdin: z.string().max(1_000_000).optional(), input }),
  output: Result,
  async plan({ name, args, stdin, input }, { catalogue, apps, client, signal }) {
    refuseInput(name, input);
    const asked = catalogue.compose(name, args, stdin);
    const command = await withoutSecrets(asked, client, signal);
    const effect = catalogue.effectOf(command);
    if (effect === 'read' || effect === 'read-secret') {
      throw new DomainError('CONFLICT', {
        reason: `${name} with these arguments only reads.`,
        wayOut: 'Call command_query with the same arguments.',
      });
    }
    const names = await apps.names(signal);
    const app = command.args.find((word) => names.includes(word));
    const info = catalogue.find(name);
    return {
      summary: `Run ${showCommand(command)}`,
      effect,
      ...(app === undefined ? {} : { app }),
      commands: [{ ...command, ...(info === undefined ? {} : { accept: answers(catalogue, name) }) }],
      consequences: [
        info?.description ?? '',
        ...unsaid(command),
        ...(info?.longRunning === true ? ['It may take minutes.'] : []),
        ...(command === asked
          ? []
          : ['What is secret in it travels on standard input, so it stands in no process list of the host.']),
      ].filter((line) => line !== ''),
      facts: { app: app ?? null },
      noWayBack: 'The way back of a command of the long tail is not known.',
      needsConsent: needsConsent(command),
      ...(effect === 'destructive'
        ? { typedName: app ?? args.find((word) => !word.startsWith('-')) ?? name }
        : {}),
    };
  },
  unobservable: true,
  async readBack({ name }, _context, { results }) {
    const result = results.at(-1);
    if (result !== undefined) return show(name, result);
    return {
      data: { command: name, exit: -1, stdout: '', stderr: '', truncated: false },
      text: `no exit code came back from ${name}; read the state with the matching report`,
    };
  },
});

/** The command with what is secret in it on standard input, where its Dokku can take it there. */
async function withoutSecrets(asked: Command, client: DokkuClient, signal: AbortSignal): Promise<Command> {
  return canLeaveArgv(asked) ? offArgv(asked, (await client.about(signal)).version) : asked;
}

/** A person has to agree, as with ps_scale, when nothing that is named would run any more; to act on every app; to open a port. */
function needsConsent({ name, args }: Command): boolean {
  if (args.includes('--all')) return true;
  // A port of a data service is open to everybody who reaches the host, past a firewall.
  if (name.endsWith(':expose')) return args.slice(1).every((port) => !port.startsWith('127.'));
  const counts = args.filter((word) => /^[^-=][^=]*=\d+$/.test(word));
  return name === 'ps:scale' && counts.length > 0 && counts.every((count) => /=0+$/.test(count));
}

/** Exit codes besides 0 that the catalogue knows as answers of this command. */
function answers(catalogue: CommandCatalogue, name: string): number[] {
  return Object.keys(catalogue.find(name)?.answers ?? {}).map(Number);
}

/** An unlisted operation was taken out before: what still comes with an input here is a Dokku command, or nothing. */
function refuseInput(name: string, input: unknown): void {
  if (input === undefined) return;
  throw new ValidationError('input', `${name} is no unlisted tool`, {
    wayOut: 'A Dokku command takes args; command_search shows what takes input.',
  });
}

function found(one: CommandInfo | Operation) {
  const { name, description } = one;
  if (!('kind' in one)) {
    return { name, synopsis: one.synopsis, description, effect: one.effect, tool: toolFor(one.effect) };
  }
  const effect = one.kind === 'query' ? 'read' : one.effect;
  return { name, synopsis: `${name} ${signature(one.input)}`, description, effect, tool: toolFor(effect) };
}

function toolFor(effect: Effect): string {
  return effect === 'read' || effect === 'read-secret' ? 'command_query' : 'command_execute';
}

function show(name: string, { exit, stdout, stderr, truncated }: CommandResult) {
  const output = [stdout, stderr === '' ? '' : `[standard error]\n${stderr}`]
    .filter((part) => part !== '')
    .join('\n');
  return {
    data: { command: name, exit, stdout, stderr, truncated },
    text: `dokku ${name} ended with exit code ${exit}${output === '' ? ' and no output' : ''}.${truncated ? ' The middle of the output was left out.' : ''}`,
    ...(output === '' ? {} : { untrusted: output }),
  };
}
