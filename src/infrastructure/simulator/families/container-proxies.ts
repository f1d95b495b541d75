import { computed, property, setProperty } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, title } from '../output.ts';
import { nginxDefaults } from '../proxy/nginx-properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import type { Defaults } from '../tiers.ts';

const LETSENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
const MASK = '*******';

interface ProxySettings {
  readonly plugin: string;
  readonly keys: readonly string[];
  /** Keys that only --global takes. */
  readonly hostOnly: readonly string[];
  /** How the list of keys is written in the refusal, and that list where it is not `keys`. */
  readonly separator: string;
  readonly shownKeys?: readonly string[];
  /** Keys with this beginning are taken too, for --global only. */
  readonly openPrefix?: string;
  readonly check?: (call: Invocation, key: string, value: string) => void;
}

/** The `:set` command of the proxy plugins. It never looks whether the app exists. */
export function proxySetHandler(settings: ProxySettings): Handler {
  const { plugin, keys, hostOnly, openPrefix } = settings;
  return async (call) => {
    await call.sleep(72);
    const [name = '', key = '', value = ''] = call.args;
    if (key === '') fail(call, 'No key specified');
    const open = openPrefix !== undefined && key.startsWith(openPrefix);
    if (!keys.includes(key) && !open) {
      const list = (settings.shownKeys ?? keys).join(settings.separator);
      fail(call, `Invalid key specified, valid keys include: ${list}`);
    }
    if (name !== '--global' && (open || hostOnly.includes(key))) {
      fail(call, `The key '${key}' can only be set globally`);
    }
    settings.check?.(call, key, value);
    if (!call.flags.quiet) call.out(title(value === '' ? `Unsetting ${key}` : `Setting ${key} to ${value}`));
    const app = name === '--global' ? name : call.host.apps.get(name);
    if (app !== undefined) setProperty(call.host, plugin, app, key, value);
    return 0;
  };
}

/** `X-global-key` and `X-computed-key` for every key. */
function hostKeys(host: SimulatedHost, plugin: string, defaults: Defaults): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [key, otherwise] of Object.entries(defaults)) {
    const value = computed(host, plugin, '--global', key, otherwise);
    keys[`${plugin}-global-${key}`] = property(host, plugin, '--global', key);
    keys[`${plugin}-computed-${key}`] = key === 'log-level' ? value.toUpperCase() : value;
  }
  return keys;
}

const haproxyDefaults: Defaults = {
  image: 'byjg/easy-haproxy:6.1.1',
  'log-level': 'ERROR',
  'letsencrypt-email': '',
  'letsencrypt-server': LETSENCRYPT,
  'refresh-conf': '10',
};

const caddyDefaults: Defaults = {
  image: 'lucaslorentz/caddy-docker-proxy:2.13',
  'letsencrypt-email': '',
  'letsencrypt-server': LETSENCRYPT,
  'log-level': 'ERROR',
  'polling-interval': '5s',
  'tls-internal': 'false',
};

const traefikDefaults: Defaults = {
  'api-enabled': 'false',
  'api-entry-point': '',
  'api-entry-point-address': '',
  'api-vhost': 'traefik.dokku.me',
  'challenge-mode': 'tls',
  'dashboard-enabled': 'false',
  'basic-auth-username': '',
  'basic-auth-password': '',
  'dns-provider': '',
  image: 'traefik:v3.7.10',
  'letsencrypt-email': '',
  'letsencrypt-server': LETSENCRYPT,
  'log-level': 'ERROR',
  'http-entry-point': 'http',
  'https-entry-point': 'https',
};

function caddyKeys(host: SimulatedHost, app: SimulatedApp): ReportKeys {
  return {
    ...hostKeys(host, 'caddy', caddyDefaults),
    'caddy-tls-internal': property(host, 'caddy', app, 'tls-internal'),
    'caddy-computed-tls-internal': computed(host, 'caddy', app, 'tls-internal', 'false'),
  };
}

/** Credentials are masked in the text form but for the one key that was asked for. */
function traefikKeys(call: Invocation): ReportKeys {
  const keys = hostKeys(call.host, 'traefik', traefikDefaults);
  for (const [key, value] of call.host.globalProperties.get('traefik') ?? []) {
    if (key.startsWith('dns-provider-')) keys[`traefik-global-${key}`] = value;
  }
  const format = call.args.indexOf('--format');
  if (format >= 0 && call.args[format + 1] === 'json') return keys;
  for (const [key, value] of Object.entries(keys)) {
    const secret = key.endsWith('-basic-auth-password') || key.startsWith('traefik-global-dns-provider-');
    if (secret && value !== '' && !call.args.includes(`--${key}`)) keys[key] = MASK;
  }
  return keys;
}

/** Keys of nginx that openresty does not have. */
const nginxOnly = [
  'disable-custom-config',
  'nginx-conf-sigil-path',
  'nginx-service-command',
  'proxy-keepalive',
];

const openrestyTiers: Defaults = Object.fromEntries(
  Object.entries(nginxDefaults).filter(([key]) => !nginxOnly.includes(key)),
);

const openrestyHost: Defaults = {
  image: 'dokku/openresty-docker-proxy:0.12.1',
  'letsencrypt-email': '',
  'letsencrypt-server': LETSENCRYPT,
  'log-level': 'ERROR',
};

const ALLOWED = 'allowed-letsencrypt-domains-func-base64';

function openrestyKeys(host: SimulatedHost, app: SimulatedApp | '--global'): ReportKeys {
  const name = app === '--global' ? app : app.name;
  const keys: Record<string, string> = {};
  for (const [key, otherwise] of Object.entries(openrestyTiers)) {
    if (app !== '--global') keys[`openresty-${key}`] = property(host, 'openresty', app, key);
    keys[`openresty-global-${key}`] = property(host, 'openresty', '--global', key);
    keys[`openresty-computed-${key}`] = computed(host, 'openresty', app, key, otherwise.replace('APP', name));
  }
  for (const [key, otherwise] of Object.entries(openrestyHost)) {
    keys[`openresty-global-${key}`] = property(host, 'openresty', '--global', key);
    keys[`openresty-computed-${key}`] = computed(host, 'openresty', '--global', key, otherwise);
  }
  const allowed = property(host, 'openresty', '--global', ALLOWED);
  keys[`openresty-global-${ALLOWED}`] = allowed;
  keys[`openresty-computed-${ALLOWED}`] = Buffer.from(allowed || 'return true').toString('base64');
  return keys;
}

const openrestySet = [
  'access-log-format',
  'access-log-path',
  ALLOWED,
  ...'bind-address-ipv4 bind-address-ipv6 client-body-timeout client-header-timeout client-max-body-size'.split(
    ' ',
  ),
  ...'error-log-path hsts hsts-include-subdomains hsts-preload hsts-max-age image keepalive-timeout'.split(
    ' ',
  ),
  ...'log-level letsencrypt-email letsencrypt-server lingering-timeout'.split(' '),
];

/** The refusal of openresty:set names one key twice and leaves the buffers out. */
const openrestyShown = [
  ...openrestySet,
  ...'proxy-connect-timeout proxy-connect-timeout proxy-read-timeout proxy-send-timeout send-timeout'.split(
    ' ',
  ),
  ...'underscore-in-headers x-forwarded-for-value x-forwarded-port-value x-forwarded-proto-value'.split(' '),
  'x-forwarded-ssl',
];

const buffers = ['proxy-buffer-size', 'proxy-buffering', 'proxy-buffers', 'proxy-busy-buffers-size'];

/** The proxies that run in a container of their own: openresty, haproxy, caddy and traefik. None runs on this host. */
export const containerProxies: Family = {
  commands: {
    'caddy:report': reportHandler({
      type: 'caddy',
      legacyPrefix: false,
      app: (app, call) => caddyKeys(call.host, app),
      global: (call) => hostKeys(call.host, 'caddy', caddyDefaults),
    }),
    'caddy:set': proxySetHandler({
      plugin: 'caddy',
      keys: Object.keys(caddyDefaults),
      hostOnly: Object.keys(caddyDefaults).filter((key) => key !== 'tls-internal'),
      separator: ' ',
    }),
    'haproxy:report': reportHandler({
      type: 'haproxy',
      legacyPrefix: false,
      app: (_app, call) => hostKeys(call.host, 'haproxy', haproxyDefaults),
      global: (call) => hostKeys(call.host, 'haproxy', haproxyDefaults),
    }),
    'haproxy:set': proxySetHandler({
      plugin: 'haproxy',
      keys: Object.keys(haproxyDefaults),
      hostOnly: Object.keys(haproxyDefaults),
      separator: ' ',
    }),
    'openresty:report': reportHandler({
      type: 'openresty',
      legacyPrefix: false,
      app: (app, call) => openrestyKeys(call.host, app),
      global: (call) => openrestyKeys(call.host, '--global'),
    }),
    'openresty:set': proxySetHandler({
      plugin: 'openresty',
      keys: [...openrestyShown, ...buffers],
      shownKeys: openrestyShown,
      hostOnly: [ALLOWED, 'image', 'log-level', 'letsencrypt-email', 'letsencrypt-server'],
      separator: ', ',
    }),
    'traefik:report': reportHandler({
      type: 'traefik',
      legacyPrefix: false,
      app: (_app, call) => traefikKeys(call),
      global: traefikKeys,
    }),
    'traefik:set': proxySetHandler({
      plugin: 'traefik',
      keys: Object.keys(traefikDefaults),
      shownKeys: Object.keys(traefikDefaults).flatMap((key) =>
        key === 'dns-provider' ? [key, 'dns-provider-<ENV_VAR>'] : [key],
      ),
      hostOnly: Object.keys(traefikDefaults),
      openPrefix: 'dns-provider-',
      separator: ' ',
    }),
  },
};
