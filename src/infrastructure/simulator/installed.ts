import type { InstalledPlugin, SimulatedHost } from './host.ts';
import type { Handler } from './invocation.ts';
import { httpAuth } from './plugins/http-auth/index.ts';
import { letsencrypt } from './plugins/letsencrypt/index.ts';
import { maintenance } from './plugins/maintenance/index.ts';
import { redirect } from './plugins/redirect/index.ts';
import { installableDatastore } from './services/families.ts';
import { datastorePlugins } from './services/plugins.ts';

/** A plugin beside the core ones that a simulated host can be given. */
export interface Installable {
  /** As plugin:list shows it. */
  readonly plugin: InstalledPlugin;
  /** Its lines of `dokku help`: the name and what it does. */
  readonly summaries: readonly (readonly [string, string])[];
  /** Its part of `dokku report APP`. */
  readonly report?: Handler;
  /** Every command line that it answers, its bare name and `NAME:help` among them. */
  readonly commands: Readonly<Record<string, Handler>>;
}

/** What a simulated host can be given beside the core plugins, by the plugin's name. */
export const installable: ReadonlyMap<string, Installable> = new Map(
  [...datastorePlugins.map(installableDatastore), httpAuth, letsencrypt, maintenance, redirect].map(
    (known) => [known.plugin.name, known],
  ),
);

/** Who answers the command among the plugins that are installed and enabled; undefined where none does. */
export function installedCommand(host: SimulatedHost, command: string): Handler | undefined {
  for (const { name, enabled } of host.plugins) {
    const commands = enabled ? installable.get(name)?.commands : undefined;
    if (commands !== undefined && Object.hasOwn(commands, command)) return commands[command];
  }
  return undefined;
}

/** Whether the plugin is on the host and enabled, so that its triggers run. */
export function isInstalled(host: SimulatedHost, plugin: string): boolean {
  return host.plugins.some(({ name, enabled }) => name === plugin && enabled);
}
