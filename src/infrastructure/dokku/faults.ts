import type { Command, CommandInfo } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { explainLetsencrypt } from '../../domain/infrastructure/letsencrypt.ts';
import { cap, sanitize } from '../../domain/sanitize.ts';
import { installCommand, officialDatastores } from '../../domain/service/database.ts';
import { mask } from './mask.ts';

/** A command that ended with an exit code that is no answer. Texts as the host gave them. */
export interface Failed {
  readonly command: Command;
  readonly info: CommandInfo;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Rule {
  /** Looked for in the lines in which Dokku itself speaks; groups are handed to `fault`. */
  readonly text: RegExp;
  /** The exit codes with which Dokku says it; any when absent. */
  readonly exit?: number;
  readonly fault: (failed: Failed, groups: readonly string[]) => DomainError;
}

/** Dokku's ` !     ` before a line (plugins/common/log.go); several rules want it, so that output of an app does not match. */
const bang = '^ ?! {4,}';

/**
 * The ONE table from what Dokku says to what a caller can do (texts of Dokku 0.38, recorded or from its source); the
 * first match wins. Deploys and `ps:*` say some of it on standard output, so both streams are looked at.
 */
const rules: readonly Rule[] = [
  {
    text: new RegExp(`${bang}The fence of this key refuses .+?: (.+)$`, 'm'),
    exit: 1,
    fault: ({ command }, [why = '']) =>
      new DomainError('POLICY_DENIED', {
        what: `dokku ${command.name}`,
        rule: `the fence on the host refuses it (${sanitize(why).slice(0, 200)})`,
        wayOut:
          'Only who runs the host can change its fence (dokku-mcp policy fence makes it from the policy).',
      }),
  },
  {
    text: new RegExp(`${bang}App (\\S+) does not exist\\s*$`, 'm'),
    exit: 20,
    fault: (_, [app = '']) => new DomainError('APP_NOT_FOUND', { app }),
  },
  {
    text: new RegExp(`${bang}Name is already taken`, 'm'),
    fault: ({ command }) =>
      new DomainError('NAME_TAKEN', { what: 'app', name: operands(command.args).at(-1) ?? '' }),
  },
  {
    text: new RegExp(`${bang}(\\w+) service (\\S+) already exists`, 'm'),
    fault: (_, [type = '', name = '']) =>
      new DomainError('NAME_TAKEN', { what: `${type.toLowerCase()} service`, name }),
  },
  {
    text: new RegExp(`${bang}(\\w+) service (.+) does not exist\\s*$`, 'm'),
    fault: (_, [type = '', name = '']) =>
      new DomainError('NOT_FOUND', { what: `${type.toLowerCase()} service`, name }),
  },
  {
    text: new RegExp(`${bang}Network does not exist`, 'm'),
    fault: ({ command }) =>
      new DomainError('NOT_FOUND', { what: 'network', name: operands(command.args).at(-1) ?? '' }),
  },
  {
    text: new RegExp(`${bang}No build record found for \\S+/(\\S+)`, 'm'),
    fault: (_, [name = '']) =>
      new DomainError('NOT_FOUND', {
        what: 'build',
        name,
        wayOut: 'builds:list shows the builds of the app.',
      }),
  },
  {
    text: new RegExp(`${bang}No matching Cron ID found`, 'm'),
    fault: ({ command }) =>
      new DomainError('NOT_FOUND', {
        what: 'cron task',
        name: operands(command.args).at(-1) ?? '',
        wayOut: 'cron:list shows the ids of the tasks.',
      }),
  },
  {
    text: new RegExp(`${bang}(\\S+) currently has a deploy lock in place`, 'm'),
    fault: (_, [app = '']) => new DomainError('LOCKED', { app }),
  },
  {
    text: new RegExp(
      `${bang}.*(?:unterminated quoted value|unexpected character .+ in variable name near)`,
      'm',
    ),
    fault: ({ command }) =>
      new DomainError('POISONED_CONFIG', {
        app: operands(command.args).find((word) => word !== '-') ?? '',
        reason:
          'a value in it ends in a double quote or a backslash, which Dokku stores but cannot read back.',
      }),
  },
  {
    text: new RegExp(`${bang}App (\\S+) has not been deployed`, 'm'),
    fault: (_, [app = '']) => new DomainError('NOT_DEPLOYED', { app }),
  },
  {
    text: new RegExp(`${bang}invalid character 'j' looking for beginning of value`, 'm'),
    fault: ({ command }) =>
      new DomainError('UNSUPPORTED', {
        what: `dokku ${command.name}`,
        needs: 'docker 23 or later on the host: an older client cannot print JSON',
        wayOut: 'An administrator upgrades docker on the host; docker version tells its version there.',
      }),
  },
  {
    text: new RegExp(`${bang}This command must be run as root`, 'm'),
    fault: ({ command }) =>
      new DomainError('UNSUPPORTED', {
        what: `dokku ${command.name}`,
        needs: 'root on the host; Dokku refuses it over SSH',
        wayOut: `An administrator runs on the host: sudo dokku ${shown(command)}`,
      }),
  },
  {
    text: new RegExp(`${bang}.*is not a dokku command`, 'm'),
    fault: ({ command, info }) =>
      new DomainError('UNSUPPORTED', {
        what: `dokku ${command.name}`,
        needs: `the plugin "${info.plugin}" in a version that has it, which this host does not`,
        ...(officialPlugins.has(info.plugin)
          ? { wayOut: `An administrator runs on the host: ${installCommand(info.plugin)}` }
          : {}),
      }),
  },
  {
    text: /^(unknown (?:shorthand )?flag.*|flag needs an argument.*|invalid argument .*|bad flag syntax.*)$/m,
    fault: ({ command }, [reason = '']) =>
      new DomainError('USAGE', { command: command.name, reason: cap(mask(reason, command.secrets), 300) }),
  },
  {
    text: new RegExp(
      `${bang}(Invalid (?:flag|property|key) (?:passed|specified).*|Please specify .*|Missing .* (?:argument|parameter).*|App {2}does not exist.*|Property can only be specified globally.*)`,
      'm',
    ),
    fault: ({ command }, [reason = '']) =>
      new DomainError('USAGE', { command: command.name, reason: cap(mask(reason, command.secrets), 600) }),
  },
];

/** Plugins of github.com/dokku whose repository is dokku-NAME. */
const officialPlugins: ReadonlySet<string> = new Set([
  ...officialDatastores,
  ...['http-auth', 'letsencrypt', 'maintenance', 'redirect'],
]);

/** Commands that pass the words and the exit code of a program through: only Dokku's own first words are classified. */
const passThrough =
  /^(?:run|run:detached|enter|cron:run|storage:exec|repo:gc|git:status|(?!config:)\w+:(?:connect|enter|import|export))$/;

/**
 * The DomainError for a failed command. An app that does not exist comes without its nearest names; the client adds
 * them. Secrets of the command never appear in it.
 */
export function faultOf(failed: Failed): DomainError {
  const { command, exit } = failed;
  const through = passThrough.test(command.name);
  const dokku = sanitize(through ? firstBangs(failed.stderr) : `${failed.stderr}\n${failed.stdout}`);
  if (isSplitRefused(failed)) {
    const reason =
      'the host could not take the command line apart (xargs), so it ran something else or nothing';
    return new DomainError('USAGE', { command: command.name, reason });
  }
  if (command.name === 'letsencrypt:enable' && /^=====> Enabling letsencrypt/m.test(failed.stdout)) {
    return certificateRefused(failed);
  }
  for (const { text, exit: only, fault } of rules) {
    const match = only === undefined || only === exit ? text.exec(dokku) : null;
    if (match !== null) return fault(failed, match.slice(1));
  }
  if (exit === 20 && !through) {
    return new DomainError('APP_NOT_FOUND', { app: operands(command.args)[0] ?? '' });
  }
  return commandFailed(failed);
}

/**
 * True when the host's own xargs complained: then Dokku saw other arguments than were meant, whatever the exit code
 * says. Programs behind `run` or `enter` may print such lines themselves, so there only the first line counts.
 */
export function isSplitRefused({ command, stderr }: Pick<Failed, 'command' | 'stderr'>): boolean {
  return passThrough.test(command.name) ? /^xargs: unmatched/.test(stderr) : /^xargs: /m.test(stderr);
}

/** The plugin began its work, so the reason is in what it and lego printed. */
function certificateRefused({ command, stdout, stderr }: Failed): DomainError {
  const app = operands(command.args)[0] ?? '';
  const output = mask(sanitize(`${stdout}\n${stderr}`), command.secrets);
  return new DomainError('CERTIFICATE_REFUSED', { app, ...explainLetsencrypt(output) });
}

function commandFailed({ command, info, exit, stdout, stderr }: Failed): DomainError {
  const clean = (text: string): string => mask(sanitize(text), command.secrets).trim();
  const all = [clean(stdout), clean(stderr)].filter((text) => text !== '').join('\n');
  const bangs = all.split('\n').filter((line) => /^ ?!\s/.test(line));
  const said = [...new Set(bangs.map((line) => line.replace(/^ ?!\s+/, '').trim()))].filter(
    (line) => line !== '',
  );
  const lastLines = all
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3);
  const reason = said.length > 0 ? said : lastLines;
  const silent = info.exitCodes?.[exit] ?? 'the host gave no reason';
  return new DomainError('COMMAND_FAILED', {
    command: command.name,
    exit,
    reason: reason.length > 0 ? cap(reason.join(' · '), 600) : silent,
    ...(all === '' ? {} : { output: tail(all, 2000) }),
  });
}

/** The lines at the very beginning of standard error in which Dokku itself refuses. */
function firstBangs(stderr: string): string {
  const lines = sanitize(stderr).split('\n');
  const end = lines.findIndex(
    (line) => !/^(?: ?! {4,}|xargs: (?:unmatched|argument line too long))/.test(line),
  );
  return lines.slice(0, end === -1 ? undefined : end).join('\n');
}

/** The arguments that are neither options nor the value of `--format`. */
function operands(args: readonly string[]): readonly string[] {
  return args.filter((word, index) => !word.startsWith('--') && args[index - 1] !== '--format');
}

function tail(text: string, limit: number): string {
  return text.length <= limit ? text : `…${text.slice(1 - limit)}`;
}

/** The command as a person types it into a POSIX shell, secrets masked. */
function shown({ name, args, secrets }: Command): string {
  const quoted = args.map((word) =>
    /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return mask(sanitize([name, ...quoted].join(' ')), secrets);
}
