import type { HostAbout } from '../../domain/infrastructure/server.ts';
import { isDatastore } from '../../domain/service/database.ts';
import type { ServicePlugin } from '../../domain/service/service.ts';

/** The plugins of data services among all plugins of a host, by name; core plugins never are. */
export function readPlugins({ plugins }: HostAbout): readonly ServicePlugin[] {
  return plugins
    .filter((plugin) => !plugin.core && isDatastore(plugin))
    .map(({ name, version, enabled }) => ({ type: name, version, enabled }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}
