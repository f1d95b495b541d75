import type { ClientResult } from '../server.ts';
import type { Reply } from './command.ts';
import { runCommand } from './commands.ts';
import type { KeyStore } from './keys.ts';

/** What redis-cli says whenever a password is on its command line. */
export const PASSWORD_WARNING =
  "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n";

/** The words of a line, quoted or not; undefined when a quote is not closed. */
function words(line: string): string[] | undefined {
  const found = line.match(/"(?:\\.|[^"\\])*"|'[^']*'|[^\s"']+/g) ?? [];
  const quotes = line.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, '');
  if (/["']/.test(quotes)) return undefined;
  return found.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1') : word,
  );
}

/** A reply as redis-cli prints it where nobody looks at a terminal. */
function raw(reply: Reply): string {
  if (reply === null) return '\n';
  if (typeof reply === 'number' || typeof reply === 'string') return `${reply}\n`;
  if ('error' in reply) return `${reply.error}\n\n`;
  return reply.length === 0 ? '\n' : reply.map(raw).join('');
}

/** redis-cli fed with a script: a command a line; whatever they answer, it ends with 0. */
export function runScript(store: KeyStore, input: string, now: number): ClientResult {
  const output: { stream: 'stdout' | 'stderr'; text: string }[] = [
    { stream: 'stderr', text: PASSWORD_WARNING },
  ];
  for (const line of input.split('\n').filter((text) => text.trim() !== '')) {
    const command = words(line);
    if (command?.[0] !== undefined && /^(quit|exit)$/i.test(command[0])) break;
    const text = command === undefined ? 'Invalid argument(s)\n' : raw(runCommand(store, command, now));
    output.push({ stream: 'stdout', text });
  }
  return { output, exit: 0 };
}

/** `redis-cli [-a PASSWORD] COMMAND...` inside the container. */
export function runOnce(
  store: KeyStore,
  args: readonly string[],
  password: string,
  now: number,
): ClientResult {
  const at = args.indexOf('-a');
  const given = at < 0 ? undefined : args[at + 1];
  const command = args.filter(
    (word, index) => !word.startsWith('--') && (at < 0 || (index !== at && index !== at + 1)),
  );
  const warned = given === undefined ? [] : [{ stream: 'stderr' as const, text: PASSWORD_WARNING }];
  if (args.includes('--version'))
    return { output: [{ stream: 'stdout', text: 'redis-cli 7.0.15\n' }], exit: 0 };
  if (command.length === 0) return { output: warned, exit: 0 };
  if (given !== password)
    return {
      output: [...warned, { stream: 'stdout', text: 'NOAUTH Authentication required.\n\n' }],
      exit: 0,
    };
  return { output: [...warned, { stream: 'stdout', text: raw(runCommand(store, command, now)) }], exit: 0 };
}
