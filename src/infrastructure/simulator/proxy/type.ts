import { computed, property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';

/** The proxy implementation in force; names that no plugin serves are taken as they are. */
export function proxyType(host: SimulatedHost, app: SimulatedApp | '--global'): string {
  return computed(host, 'proxy', app, 'type', 'nginx');
}

/** False after proxy:disable. */
export function proxyEnabled(host: SimulatedHost, app: SimulatedApp): boolean {
  return property(host, 'proxy', app, 'disabled') !== 'true';
}
