import { byBytes } from '../access.ts';
import { helpSummaries, helpTexts } from '../help/texts.ts';
import { VERSION } from '../help/version.ts';
import { installable } from '../installed.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';

/** Plugins whose bare name is a command of its own, or none at all; every other bare name prints the plugin's help. */
const withoutBareHelp: ReadonlySet<string> = new Set([
  'apps',
  'builder-null',
  'cleanup',
  'config',
  'enter',
  'events',
  'logs',
  'run',
  'scheduler-null',
  'shell',
  'url',
  'urls',
  'version',
]);

const version: Handler = async (call) => {
  await call.sleep(40);
  call.out(`dokku version v${VERSION}\n`);
  return 0;
};

const help: Handler = async (call) => {
  await call.sleep(740);
  if (call.tty && !call.flags.quiet) {
    call.out('Usage: dokku [--quiet|--trace|--force] COMMAND <app> [command-specific-options]\n\n');
    call.out(
      'Primary help options, type "dokku COMMAND:help" for more details, or dokku help --all to see all commands.\n\n',
    );
    call.out('Commands:\n\n');
  }
  call.out(table(call.args[0] === '--all' ? everyCommand() : summaries()));
  if (call.host.plugins.length > 0) call.out(table(pluginSummaries(call)));
  return 0;
};

function summaries(): [string, string][] {
  return Object.entries(helpSummaries).sort(([a], [b]) => byBytes(`${a},`, `${b},`));
}

function pluginSummaries(call: Invocation): (readonly [string, string])[] {
  return call.host.plugins.flatMap(({ name, description, enabled }): (readonly [string, string])[] => {
    const known = installable.get(name);
    if (known !== undefined) return enabled ? [...known.summaries] : [];
    const service = /^dokku (\w+) service plugin$/.exec(description)?.[1];
    const title =
      service === undefined
        ? description
        : `Plugin for managing ${service.charAt(0).toUpperCase()}${service.slice(1)} services`;
    return enabled ? [[name, title]] : [];
  });
}

function everyCommand(): [string, string][] {
  return Object.values(helpTexts)
    .flatMap((text) => text.split('\n').filter((line) => line.startsWith('    ')))
    .flatMap((line): [string, string][] => {
      const [, command, summary] = /^ {4}(\S.*?) {2,}(.*)$/.exec(line) ?? [];
      return command === undefined || summary === undefined ? [] : [[command, summary]];
    })
    .sort(([a], [b]) => byBytes(a, b));
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `    ${name.padEnd(width)}   ${text}\n`).join('');
}

function pluginHelp(text: string): Handler {
  return async (call) => {
    await call.sleep(160);
    call.out(text);
    return 0;
  };
}

const texts = Object.entries(helpTexts).flatMap(([plugin, text]): [string, Handler][] => [
  [`${plugin}:help`, pluginHelp(text)],
  ...(withoutBareHelp.has(plugin) ? [] : [[plugin, pluginHelp(text)] satisfies [string, Handler]]),
]);

/** help, version and the help of every core plugin; families that answer a bare plugin name come after this one. */
export const helpFamily: Family = {
  commands: { ...Object.fromEntries(texts), '': help, help, version, '-v': version, '--version': version },
};
