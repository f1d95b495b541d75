import { computed, property } from './access.ts';
import type { SimulatedHost } from './host.ts';
import type { SimulatedApp } from './state.ts';

/** What a property of a plugin is when neither the app nor the host sets it, by key. */
export type Defaults = Readonly<Record<string, string>>;

/**
 * The three report keys that Dokku gives a property (`X-key` of the app, `X-global-key`, `X-computed-key`), for every
 * key; `--global` has no keys of an app.
 */
export function tieredKeys(
  host: SimulatedHost,
  plugin: string,
  target: SimulatedApp | '--global',
  defaults: Defaults,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [key, otherwise] of Object.entries(defaults)) {
    if (target !== '--global') keys[`${plugin}-${key}`] = property(host, plugin, target, key);
    keys[`${plugin}-global-${key}`] = property(host, plugin, '--global', key);
    keys[`${plugin}-computed-${key}`] = computed(host, plugin, target, key, otherwise);
  }
  return keys;
}
