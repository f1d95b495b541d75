import { z } from 'zod';
import type { Plugin } from '../../domain/infrastructure/server.ts';
import { sanitize } from '../../domain/sanitize.ts';
import { parseJson, unexpected } from './report.ts';
import { formatVersion, parseVersion } from './version.ts';

/** The first version whose `plugin:list` answers in JSON. */
export const pluginListJsonSince = '0.38.22';

/** The version of `dokku version` as `0.38.27`. Faults: UNEXPECTED_OUTPUT. */
export function readVersion(stdout: string): string {
  const version = parseVersion(stdout);
  if (version === undefined) throw unexpected('version', 'it holds no version', stdout);
  return formatVersion(version);
}

const pluginList = z.array(
  z
    .object({
      name: z.string(),
      version: z.string(),
      enabled: z.boolean(),
      core: z.boolean(),
      description: z.string().default(''),
    })
    .transform(({ description, ...plugin }) => described(plugin, description)),
);

/** The description counts for plugins that do not come with Dokku: it tells the kind of those whose name is not known. */
function described(plugin: Plugin, description: string): Plugin {
  return plugin.core || description === '' ? plugin : { ...plugin, description };
}

/** The plugins of `plugin:list --format json`, or of its text form before {@link pluginListJsonSince}. */
export function readPlugins(stdout: string): readonly Plugin[] {
  return stdout.trimStart().startsWith('[')
    ? parseJson('plugin:list', stdout, pluginList)
    : readPluginTable(stdout);
}

/** Rows are `  NAME  VERSION enabled|disabled  DESCRIPTION`; core plugins say so in their description. */
function readPluginTable(stdout: string): readonly Plugin[] {
  const plugins: Plugin[] = [];
  for (const line of sanitize(stdout).split('\n')) {
    const [, name, version, state, description] =
      /^\s*(\S+)\s+(\S+)\s+(enabled|disabled)(?:\s+(.*))?$/.exec(line) ?? [];
    if (name === undefined || version === undefined) continue;
    const core = /^dokku core\b/.test(description ?? '');
    plugins.push(described({ name, version, enabled: state === 'enabled', core }, description?.trim() ?? ''));
  }
  if (plugins.length === 0) throw unexpected('plugin:list', 'it holds no plugin', stdout);
  return plugins;
}
