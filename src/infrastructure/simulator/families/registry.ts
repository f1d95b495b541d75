import { computed, property, requireApp } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { tieredKeys } from '../tiers.ts';

const tiers = { 'image-repo-template': '', 'push-extra-tags': '', 'push-on-release': 'false' };

function server(host: SimulatedHost, app: SimulatedApp | '--global'): string {
  const value = computed(host, 'registry', app, 'server').trim().replace(/\/$/, '');
  return value === '' || value === 'hub.docker.com' || value === 'docker.io' ? '' : `${value}/`;
}

/** The image's repository: set, made of the template, or `dokku/APP`. */
function imageRepo(host: SimulatedHost, app: SimulatedApp): string {
  const own = property(host, 'registry', app, 'image-repo').trim();
  const template = computed(host, 'registry', app, 'image-repo-template').trim();
  const made = template.replace(/\{\{-?\s*\.AppName\s*-?\}\}/g, app.name).trim();
  return own || (made.includes('{{') ? '' : made) || `dokku/${app.name}`;
}

function appKeys(host: SimulatedHost, app: SimulatedApp): ReportKeys {
  return {
    ...tieredKeys(host, 'registry', app, tiers),
    'registry-computed-image-repo': imageRepo(host, app),
    'registry-image-repo': property(host, 'registry', app, 'image-repo'),
    'registry-computed-server': server(host, app),
    'registry-global-server': property(host, 'registry', '--global', 'server'),
    'registry-server': property(host, 'registry', app, 'server'),
    'registry-tag-version': property(host, 'registry', app, 'tag-version').trim(),
  };
}

function globalKeys(host: SimulatedHost): ReportKeys {
  return {
    ...tieredKeys(host, 'registry', '--global', tiers),
    'registry-computed-server': server(host, '--global'),
    'registry-global-server': property(host, 'registry', '--global', 'server'),
  };
}

const global = { kind: 'bool', usage: '--global: login globally instead of per-app' } as const;

const login: Handler = async (call) => {
  await call.sleep(45);
  const flags = parseFlags(call, {
    'password-stdin': { kind: 'bool', usage: '--password-stdin: read password from stdin' },
    global,
  });
  const fromStdin = flags.has('password-stdin');
  const expected = fromStdin ? 2 : 3;
  let [app, words]: [string, readonly string[]] = ['', []];
  if (flags.has('global')) {
    words = flags.rest;
  } else if (flags.rest.length === expected) {
    call.err(warning('Deprecated: please use --global flag for global registry login'));
    words = flags.rest;
  } else if (flags.rest.length > expected) {
    [app, words] = [flags.arg(0), flags.rest.slice(1)];
  }
  const password = fromStdin ? call.stdin.toString('utf8').trim() : (words[2] ?? '');
  if ((words[0] ?? '') === '') fail(call, 'Missing server argument');
  if ((words[1] ?? '') === '') fail(call, 'Missing username argument');
  if (password === '') fail(call, 'Missing password argument');
  if (app !== '') rememberCredentialsFolder(requireApp(call, app));
  await call.sleep(30);
  return refuse(call, words[0] ?? '');
};

/** The simulated host reaches no registry: docker's error for a name that cannot be resolved. */
function refuse(call: Invocation, wanted: string): never {
  const named = ['hub.docker.com', 'docker.com', 'docker.io'].includes(wanted)
    ? 'registry-1.docker.io'
    : wanted;
  const address = named.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const name = address.replace(/:\d+$/, '');
  const numeric = /^[\d.]+$/.test(name);
  const dial = numeric
    ? `dial tcp ${address.includes(':') ? address : `${address}:443`}: connect: connection refused`
    : `dial tcp: lookup ${name} on 192.0.2.53:53: no such host`;
  return fail(
    call,
    `Unable to run docker login: Error response from daemon: Get "https://${address}/v2/": ${dial}\n`,
  );
}

/** Dokku keeps an app's credentials beside its registry properties and looks only whether that folder is there. */
function rememberCredentialsFolder(app: SimulatedApp): void {
  if (!app.properties.has('registry')) app.properties.set('registry', new Map());
}

const logout: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, {
    global: { kind: 'bool', usage: '--global: logout globally instead of per-app' },
  });
  const ofHost = flags.has('global') || flags.rest.length === 1;
  const [name, wanted] = ofHost ? ['', flags.arg(0)] : [flags.arg(0), flags.arg(1)];
  if (wanted === '') fail(call, 'Missing server argument');
  if (name !== '') {
    const app = requireApp(call, name);
    if (!app.properties.has('registry')) fail(call, `No registry credentials found for app ${app.name}`);
  }
  return 0;
};

/** plugins/registry: where an app's images are pushed. */
export const registry: Family = {
  commands: {
    'registry:login': login,
    'registry:logout': logout,
    'registry:report': reportHandler({
      type: 'registry',
      legacyPrefix: true,
      app: (app, call) => appKeys(call.host, app),
      global: (call) => globalKeys(call.host),
    }),
    'registry:set': propertyHandler({
      plugin: 'registry',
      style: 'go',
      keys: ['image-repo', 'image-repo-template', 'push-extra-tags', 'push-on-release', 'server'],
      globalKeys: ['image-repo-template', 'push-extra-tags', 'push-on-release', 'server'],
    }),
  },
};
