import { property, setProperty } from '../access.ts';
import { setVariables } from '../config/environment.ts';
import type { SimulatedHost } from '../host.ts';
import type { Invocation } from '../invocation.ts';
import { info } from '../output.ts';
import { writeProxyConfig } from '../proxy.ts';
import type { SimulatedApp } from '../state.ts';
import { defaultDomains } from './domains.ts';
import { clearPortMaps, effectivePortMaps } from './port-maps.ts';
import { proxyType } from './type.ts';

/** Gives an app without domains the default ones, or disables its virtual hosts (`domains_setup`). */
export async function setUpDomains(call: Invocation, app: SimulatedApp): Promise<void> {
  if (app.domains.names.length > 0) return;
  const domains = defaultDomains(call.host, app);
  if (domains.length > 0) {
    if (!call.flags.quiet) call.out(info('Creating new app virtual host file...'));
    app.domains.names = domains;
    return;
  }
  if (!call.flags.quiet) call.out(info('Global server virtual host not set, disabling app vhost...'));
  await disableVhosts(call, app);
}

/** Disables virtual hosts without a redeploy (`disable_app_vhost --no-restart`) and writes the proxy's configuration. */
export async function disableVhosts(call: Invocation, app: SimulatedApp, hasFile = false): Promise<void> {
  if (proxyType(call.host, app) === 'nginx') {
    for (const [key, port] of [
      ['proxy-port', '80'],
      ['proxy-ssl-port', '443'],
    ] as const) {
      if (property(call.host, 'proxy', app, key) === port) setProperty(call.host, 'proxy', app, key, '');
    }
    clearDefaultPorts(call.host, app);
  }
  if (hasFile || app.domains.names.length > 0) call.out(info('App virtual host support disabled'));
  app.domains.names = [];
  setVhostsEnabled(call.host, app, false);
  await writeProxyConfig(call, app);
}

/** Gives the app its default domains and switches virtual hosts on; writes nothing and starts nothing. */
export function enableVhosts(host: SimulatedHost, app: SimulatedApp): void {
  const domains = defaultDomains(host, app);
  if (domains.length > 0) app.domains.names = domains;
  if (proxyType(host, app) === 'nginx') {
    setProperty(host, 'proxy', app, 'proxy-port', '');
    setProperty(host, 'proxy', app, 'proxy-ssl-port', '');
    setProperty(host, 'ports', app, 'map-detected', '');
    clearDefaultPorts(host, app);
  }
  setVhostsEnabled(host, app, true);
}

function setVhostsEnabled(host: SimulatedHost, app: SimulatedApp, enabled: boolean): void {
  setVariables(host, app, { NO_VHOST: enabled ? '0' : '1' });
  app.domains.enabled = enabled;
}

function clearDefaultPorts(host: SimulatedHost, app: SimulatedApp): void {
  const isDefault = effectivePortMaps(host, app).some(
    (map) =>
      (map.scheme === 'http' && map.hostPort === 80) || (map.scheme === 'https' && map.hostPort === 443),
  );
  if (isDefault) clearPortMaps(host, app);
}
