import type { Command, CommandInfo, Effect } from '../../application/ports.ts';
import { parseSynopsis } from './catalogue/syntax.ts';

/** Reading commands that hand on what programs of an app print, besides those that stream. */
const READS = new Set(['logs:failed', 'ps:inspect']);
/** Plugins whose commands take long but run no program of an app. */
const OWN_TEXT = new Set([
  'domains',
  'ports',
  'proxy',
  'nginx',
  'caddy',
  'haproxy',
  'openresty',
  'traefik',
  'network',
]);

/** True for a command whose output may hold whatever an app, its build or its tasks print. */
export function printsAppText(info: CommandInfo, { args }: Command, effect: Effect): boolean {
  const { name, plugin, longRunning, output } = info;
  if (OWN_TEXT.has(plugin) || name === 'apps:create') return false;
  // Variables that are only stored start nothing.
  if (plugin === 'config' && args.includes('--no-restart')) return false;
  const reads = effect === 'read' || effect === 'read-secret';
  return reads ? output === 'stream' || READS.has(name) : longRunning || name === 'run:detached';
}

/** The app that these arguments name, by the command's synopsis; `all` for all apps, undefined for none. */
export function appOf({ synopsis }: CommandInfo, args: readonly string[]): string | 'all' | undefined {
  const { flags, positionals } = parseSynopsis(synopsis);
  const slot = positionals.findIndex(({ name }) => name === 'app');
  const instead = positionals[slot]?.instead.find((flag) => args.includes(flag));
  if (instead === '--all') return 'all';
  if (slot === -1 || instead !== undefined) return undefined;
  let seen = 0;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (/^--?[a-z]/.test(word)) {
      if (!word.includes('=') && flags.get(word)?.value !== undefined) index += 1;
      continue;
    }
    if (seen === slot) return word;
    seen += 1;
  }
  return undefined;
}
