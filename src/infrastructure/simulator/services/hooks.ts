import type { SimulatedHost } from '../host.ts';
import type { Invocation } from '../invocation.ts';
import { verbose } from '../output.ts';
import { servicesOf } from './target.ts';

/* What the datastore plugins do when apps come and go: their triggers pre-delete and post-app-*-setup. */

/** Takes the app out of the links of every service, and says so of each, linked or not. */
export function unlinkFromAll(call: Invocation, app: string): void {
  for (const plugin of call.host.plugins) {
    for (const service of servicesOf(call.host, plugin.name)) {
      if (!call.flags.quiet) call.out(verbose(`Unlinking from ${service.name}`));
      service.links = service.links.filter((name) => name !== app);
    }
  }
}

/** The copy of an app, or the app under its new name, is linked to what the app is linked to. */
export function followLinks(host: SimulatedHost, from: string, to: string): void {
  for (const service of host.datastores.values()) {
    if (service.links.includes(from)) service.links = [...new Set([...service.links, to])].sort();
  }
}

/** Why docker does not link a container of that name (`/A.web.1`) to a service's container; undefined when it does. */
export function linkFault(host: SimulatedHost, link: string, name: () => string): string | undefined {
  const [container = '', alias = ''] = link.split(':');
  if (!/^dokku\.[a-z]+\../.test(container)) return undefined;
  const service = host.serviceContainers.get(container);
  if (service === undefined) {
    return `Error response from daemon: could not get container for ${container}: No such container: ${container}\n`;
  }
  if (service.state === 'running' || service.state === 'restarting') return undefined;
  return `Error response from daemon: Cannot link to a non running container: /${container} AS ${name()}/${alias}\n`;
}
