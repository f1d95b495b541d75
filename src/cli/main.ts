import { Command, CommanderError, Help } from 'commander';
import { DomainError } from '../domain/errors.ts';
import { evidenceOf } from '../mcp/present.ts';
import { VERSION } from '../version.ts';
import { approveCommand } from './approve.ts';
import { auditCommand } from './audit.ts';
import { callCommand } from './call.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { keeperCommand } from './keeper.ts';
import { common, warn } from './options.ts';
import { policyCommand } from './policy.ts';
import { serveCommand } from './serve.ts';
import { tokenCommand } from './token.ts';
import { toolsCommand } from './tools.ts';

const HELP = 'DOKKU_HOST=dokku@your-host is all it needs. No host yet? dokku-mcp demo';

/** Runs the command line and returns the exit code: 0 good, 1 not good, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = common(new Command('dokku-mcp'))
    .description('Operate your Dokku hosts from any MCP client, over SSH, safely.')
    .version(VERSION, '-v, --version')
    .addHelpText('after', HELP)
    .configureHelp({ visibleCommands: besidesHelp })
    .exitOverride()
    .enablePositionalOptions();
  let code = 0;
  const done = (result: number): void => {
    code = result;
  };
  const commands = [
    serveCommand,
    demoCommand,
    doctorCommand,
    callCommand,
    approveCommand,
    auditCommand,
    toolsCommand,
    policyCommand,
    tokenCommand,
    keeperCommand,
  ];
  for (const add of commands) add(program, done);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof DomainError)) throw error;
    const evidence = evidenceOf(error);
    warn(
      [
        error.message,
        ...(evidence === undefined ? [] : [indent(evidence)]),
        `${error.remedy} [${error.code}]`,
      ].join('\n'),
    );
    return DomainError.is(error, 'INVALID_ARGUMENT') ? 2 : 1;
  }
}

/** `help` works, but whoever reads it has found it: the line is needed for the others. */
function besidesHelp(command: Command): Command[] {
  return new Help().visibleCommands(command).filter((one) => one.name() !== 'help');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  │ ');
}
