/** The folders of Dokku 0.38's core plugins as commands name them (`nginx` stands for `nginx-vhosts` and so on). */
const corePlugins: ReadonlySet<string> = new Set(
  `app-json apps builder builder-dockerfile builder-herokuish builder-lambda builder-nixpacks builder-null builder-pack
  builder-railpack buildpacks builds caddy certs checks cleanup common config cron deploy docker-options domains enter
  events git haproxy logs network nginx openresty plugin ports proxy ps registry repo report resource run scheduler
  scheduler-docker-local scheduler-k3s scheduler-null shell ssh-keys storage trace traefik url urls`.split(
    /\s+/,
  ),
);

/** Short names that the `dokku` script of 0.38 takes for plugins. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['docker-local', 'scheduler-docker-local'],
  ['dockerfile', 'builder-dockerfile'],
  ['herokuish', 'builder-herokuish'],
  ['k3s', 'scheduler-k3s'],
  ['lambda', 'builder-lambda'],
  ['nixpacks', 'builder-nixpacks'],
  ['pack', 'builder-pack'],
  ['rails', 'builder-railpack'],
]);

/** The plugin part of a command: `config` of `config:set`. */
export function pluginOf(command: string): string {
  return command.split(':', 1)[0] ?? '';
}

/** True for commands of Dokku itself, before which the dispatcher puts the app of `--app`. */
export function isCorePlugin(command: string): boolean {
  return corePlugins.has(pluginOf(command));
}

/** The command with its full plugin name: `k3s:report` becomes `scheduler-k3s:report`. */
export function resolveAlias(command: string): string {
  const plugin = pluginOf(command);
  const target = aliases.get(plugin);
  return target === undefined ? command : target + command.slice(plugin.length);
}
