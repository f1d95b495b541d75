import type { Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { startService } from './container.ts';
import { datastorePlugins } from './plugins.ts';
import { servicesOf, targetOf } from './target.ts';

/**
 * The datastore plugins' trigger pre-start, which ps:start and ps:restore call: services that the app is linked to are
 * started before it. ps:restart and redeploys do not call it. Ends the command where a service does not start.
 */
export async function startLinkedServices(call: Invocation, app: SimulatedApp): Promise<void> {
  for (const plugin of datastorePlugins) {
    const linked = servicesOf(call.host, plugin.name).filter(({ links }) => links.includes(app.name));
    for (const service of linked) {
      if (service.state === 'running') continue;
      const named = `${plugin.title} service ${service.name}`;
      if (service.state === 'restarting') {
        call.err(warning(`${named} is restarting and may cause issues with linked app ${app.name}`));
        continue;
      }
      call.err(warning(`${named} is not running, issuing service start`));
      await startService(call, targetOf(plugin, service.name, service));
    }
  }
}
