import type { SimulatedHost } from './host.ts';
import { Exit, type Invocation } from './invocation.ts';
import { fail, warning } from './output.ts';
import type { SimulatedApp } from './state.ts';

const NAME_RULE =
  'App name must begin with lowercase alphanumeric character, and may only contain lowercase alphanumerics, dots, and hyphens';

/** Why Dokku refuses this name for a new app (IsValidAppName of plugins/common/common.go); undefined when it takes it. */
export function newAppNameFault(name: string): string | undefined {
  if (name === '') return 'Please specify an app to run the command on';
  return /^[a-z0-9][a-z0-9.-]*$/.test(name) ? undefined : NAME_RULE;
}

/**
 * The app of that name, or the end of the command as VerifyAppName (plugins/common/common.go) has it:
 * exit 1 for a name that no app can have, exit 20 for an app that does not exist.
 */
export function requireApp(call: Invocation, name: string | undefined): SimulatedApp {
  const wanted = name ?? '';
  if (wanted === '') fail(call, 'Please specify an app to run the command on');
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(wanted)) fail(call, NAME_RULE);
  const app = call.host.apps.get(wanted);
  if (app === undefined) fail(call, `App ${wanted} does not exist`, 20);
  return app;
}

/** As `requireApp`, for plugins that are shell scripts: whatever the name is, exit 20 when no app has it. */
export function requireAppOfShell(call: Invocation, name: string | undefined): SimulatedApp {
  const app = call.host.apps.get(name ?? '');
  if (app === undefined) fail(call, `App ${name ?? ''} does not exist`, 20);
  return app;
}

/** Every app in the order of apps:list, or the message and exit 0 that reports give on an empty host. */
export function requireApps(call: Invocation): SimulatedApp[] {
  if (call.host.apps.size === 0) {
    call.err(warning("You haven't deployed any applications yet"));
    throw new Exit(0);
  }
  return call.host.appNames().flatMap((name) => call.host.apps.get(name) ?? []);
}

/** The raw value of a plugin's property, '' when unset. The app `--global` names the global property. */
export function property(
  host: SimulatedHost,
  plugin: string,
  app: SimulatedApp | '--global',
  key: string,
): string {
  const store = app === '--global' ? host.globalProperties : app.properties;
  return store.get(plugin)?.get(key) ?? '';
}

/** Writes a plugin's property; the value '' removes it. */
export function setProperty(
  host: SimulatedHost,
  plugin: string,
  app: SimulatedApp | '--global',
  key: string,
  value: string,
): void {
  const store = app === '--global' ? host.globalProperties : app.properties;
  const values = store.get(plugin) ?? new Map<string, string>();
  if (value === '') values.delete(key);
  else values.set(key, value);
  store.set(plugin, values);
}

/** The app's own value, else the global one, else the default: what `computed` keys of reports show. */
export function computed(
  host: SimulatedHost,
  plugin: string,
  app: SimulatedApp | '--global',
  key: string,
  otherwise = '',
): string {
  const own = app === '--global' ? '' : property(host, plugin, app, key);
  return own || property(host, plugin, '--global', key) || otherwise;
}

/** JSON as Go's encoding/json writes it: keys of objects sorted, `& < >` and U+2028/9 escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(sortKeys(value))
    .replace(/[&<>\u2028\u2029]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\\b/g, '\\b');
}

/** As `goJson`, but keys stay in their order, as Go writes the fields of a struct. */
export function goStructJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[&<>\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortKeys(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => byBytes(a, b)));
}

/** Orders text as Go and `LC_ALL=C sort` do: by bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
