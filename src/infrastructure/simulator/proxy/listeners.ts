import { byBytes, property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';

/**
 * Where the proxy finds the app's web processes, `ADDRESS:PORT` each: the files IP.web.N and PORT.web.N of the last
 * deploy in the order of their names, which stay when the containers stop; a static web listener replaces them.
 */
export function webListeners(host: SimulatedHost, app: SimulatedApp): string[] {
  const fixed = property(host, 'network', app, 'static-web-listener');
  if (fixed !== '') return [fixed];
  return listening(app).map((container) => `${container.ip}:${container.environment?.PORT || 5000}`);
}

/** True when a web process of the app was ever given an address (`network-config-exists`). */
export function hasNetworkConfig(host: SimulatedHost, app: SimulatedApp): boolean {
  return property(host, 'network', app, 'static-web-listener') !== '' || listening(app).length > 0;
}

/** `network-clear-config`: the addresses of the containers of today are forgotten until the network is rebuilt. */
export function forgetListeners(app: SimulatedApp): void {
  app.forgottenListeners = app.containers.map((container) => container.id);
}

/** `network-build-config`: the addresses of running containers are known again. */
export function rememberListeners(app: SimulatedApp): void {
  const running = app.containers.filter((container) => container.state === 'running').map(({ id }) => id);
  app.forgottenListeners = app.forgottenListeners?.filter((id) => !running.includes(id)) ?? [];
}

function listening(app: SimulatedApp): SimulatedContainer[] {
  return app.containers
    .filter(
      (container) =>
        container.processType === 'web' &&
        container.ip !== '' &&
        app.forgottenListeners?.includes(container.id) !== true,
    )
    .sort((a, b) => byBytes(String(a.index), String(b.index)));
}
