import { type Command, Option } from 'commander';
import {
  describeExplanation,
  type Explanation,
  explainCommand,
  explainFailure,
  explainTool,
} from '../application/explain.ts';
import type { Rights } from '../application/rights.ts';
import { table } from '../application/text.ts';
import { type Opened, open } from '../compose.ts';
import { ValidationError } from '../domain/errors.ts';
import { checkPolicy } from '../domain/policy/findings.ts';
import { readLine } from '../infrastructure/dokku/explain-line.ts';
import { fence } from '../infrastructure/dokku/fence/fence.ts';
import { common, flags, print, warn } from './options.ts';

/** `policy`: what the policy says, whether its rules do what they say, and the script that enforces it on the host. */
export function policyCommand(program: Command, done: (code: number) => void): void {
  const policy = program.command('policy').description('what may be done, and why not');
  explain(policy, done);
  check(policy, done);
  makeFence(policy);
}

/** Opens the product under the policy file that is named here, or the configured one. */
function opened(command: Command): Opened {
  const { policy, ...rest } = flags(command) as ReturnType<typeof flags> & { readonly policy?: string };
  return open(rest, policy === undefined ? process.env : { ...process.env, DOKKU_MCP_POLICY: policy }, {
    level: 'warn',
  });
}

function subcommand(parent: Command, name: string): Command {
  return common(parent.command(name)).addOption(new Option('--policy <file>', 'policy file to look at'));
}

function explain(parent: Command, done: (code: number) => void): void {
  subcommand(parent, 'explain')
    .description('whether a command or a tool is allowed, and which rule says so')
    .argument('[words...]', 'after --: a Dokku command, or one word that is a whole line')
    .option('--tool <name>', 'this tool, or the command when this tool sends it')
    .option('--app <name>', 'with --tool: on this app')
    .option('--json', 'machine-readable')
    .action((words: string[], options: { tool?: string; app?: string; json?: boolean }, command: Command) => {
      const { product, catalogue, rights: rightsOn } = opened(command);
      const rights = rightsOn(product.hosts[0] ?? '');
      const explanation =
        words.length === 0 ? tool(product, rights, options) : line(rights, words, catalogue, options.tool);
      print(options.json === true ? JSON.stringify(explanation, null, 2) : describeExplanation(explanation));
      done(explanation.verdict === 'deny' ? 1 : 0);
    });
}

function line(
  rights: Rights,
  words: readonly string[],
  catalogue: Opened['catalogue'],
  tool: string | undefined,
): Explanation {
  try {
    return explainCommand(rights, readLine(words, catalogue), tool);
  } catch (error) {
    return explainFailure(rights, error);
  }
}

function tool(
  { operations }: Opened['product'],
  rights: Rights,
  { tool: name, app }: { readonly tool?: string; readonly app?: string },
): Explanation {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) {
    throw new ValidationError(
      'tool',
      name === undefined ? 'is needed, or a command after --' : 'is unknown',
      {
        wayOut:
          'dokku-mcp policy explain -- apps:destroy shop, or dokku-mcp policy explain --tool apps_destroy --app shop',
      },
    );
  }
  return explainTool(rights, operation, app);
}

function check(parent: Command, done: (code: number) => void): void {
  subcommand(parent, 'check')
    .description('rules that name what there is not, or that never decide')
    .option('--json', 'machine-readable')
    .action((options: { json?: boolean }, command: Command) => {
      const { product, policy, catalogue } = opened(command);
      const commands = catalogue.names();
      const findings = checkPolicy(policy, {
        commands,
        tools: product.operations.map(({ name }) => name),
        hosts: product.hosts,
        refused: new Set(commands.filter((name) => catalogue.find(name)?.refused !== undefined)),
      });
      const ok = findings.every(({ level }) => level !== 'problem');
      if (options.json === true) print(JSON.stringify({ ok, rules: policy.rules.length, findings }, null, 2));
      else if (findings.length > 0) {
        print(
          table(
            ['rule', 'level', 'what'],
            findings.map(({ rule, level, text }) => [rule, level, text]),
          ),
        );
      } else print(`${policy.rules.length} rules, nothing to object to`);
      done(ok ? 0 : 1);
    });
}

function makeFence(parent: Command): void {
  subcommand(parent, 'fence')
    .description('a script for authorized_keys on the host that enforces the same policy')
    .option('--strict', 'also refuse what asks a person, and reads of all apps that the server filters')
    .option('--dokku <program>', 'what Dokku is on the host', '/usr/bin/dokku')
    .option('--json', 'the script in an object')
    .action((options: { strict?: boolean; dokku: string; json?: boolean }, command: Command) => {
      const { product, policy, catalogue, rights } = opened(command);
      if (!/^\/[A-Za-z0-9/._-]+$/.test(options.dokku)) {
        throw new ValidationError('--dokku', 'is an absolute path without blanks', { value: options.dokku });
      }
      const { subject } = rights(product.hosts[0] ?? '');
      const commands = catalogue.names().flatMap((name) => catalogue.find(name) ?? []);
      const strict = options.strict === true;
      const script = fence({ policy, subject, commands, strict, dokku: options.dokku });
      const unseen = policy.rules.filter(({ tools }) => tools !== undefined).map(({ id }) => id);
      if (unseen.length > 0)
        warn(
          `The host cannot see tools, so these rules are not enforced there as written: ${unseen.join(', ')}`,
        );
      print(
        options.json === true ? JSON.stringify({ ...subject, strict, script }, null, 2) : script.trimEnd(),
      );
    });
}
