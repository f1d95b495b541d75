import type { Command } from './ports.ts';

const MIGRATES =
  'It deploys the app again: predeploy, release and postdeploy tasks run (migrations), although nothing is built.';
const RESTARTS = 'All processes are restarted and the postdeploy task runs.';
const MOVES =
  'The source of the app moves before Dokku refuses a second deploy; its own lock stops neither a deploy nor a redeploy.';

/** Commands and what goes with them although Dokku does not say so (measured on 0.38.27). */
const UNSAID: readonly {
  readonly name: RegExp;
  readonly args?: (args: readonly string[]) => boolean;
  readonly says: string;
}[] = [
  {
    name: /^config:(?:set|unset|import|clear)$/,
    args: (args) => !args.includes('--no-restart'),
    says: MIGRATES,
  },
  { name: /^(?!storage|network|docker-options|plugin)[a-z0-9-]+:(?:link|unlink|promote)$/, says: MIGRATES },
  { name: /^domains:enable$/, says: MIGRATES },
  { name: /^ps:start$/, says: MIGRATES },
  { name: /^(?:apps:rename|apps:clone)$/, args: (args) => !args.includes('--skip-deploy'), says: MIGRATES },
  {
    name: /^(?:git:from-image|git:sync|git:from-archive|git:load-image|ps:rebuild)$/,
    says: MIGRATES.replace(', although nothing is built', ''),
  },
  { name: /^(?:git:from-image|git:sync|git:from-archive|git:load-image)$/, says: MOVES },
  { name: /^ps:restart$/, says: RESTARTS },
  { name: /^proxy:(?:enable|disable)$/, says: RESTARTS },
  {
    name: /^ps:stop$/,
    args: (args) => args.filter((word) => !word.startsWith('-')).length > 1,
    says: 'Dokku stops the whole app, not only the process type that is named.',
  },
  { name: /^ps:stop$/, says: 'It stays down after a reboot of the host until it is started.' },
  { name: /^apps:unlock$/, says: 'A deploy that runs goes on; only its lock file goes.' },
  { name: /^git:unlock$/, says: 'A deploy that runs goes on, and a second one can then start beside it.' },
];

/** What goes with a command of the long tail and Dokku does not say. */
export function unsaid({ name, args }: Command): string[] {
  return UNSAID.filter((entry) => entry.name.test(name) && (entry.args?.(args) ?? true)).map(
    ({ says }) => says,
  );
}
