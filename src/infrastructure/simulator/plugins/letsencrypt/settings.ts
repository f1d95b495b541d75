import { createHash } from 'node:crypto';
import { computed, property } from '../../access.ts';
import type { SimulatedHost } from '../../host.ts';
import { servedDomains } from '../../proxy/domains.ts';
import type { SimulatedApp } from '../../state.ts';

const PRODUCTION = 'https://acme-v02.api.letsencrypt.org/directory';
const STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory';
const THIRTY_DAYS = String(60 * 60 * 24 * 30);

/** What the plugin's settings come to for one app (the fn-letsencrypt-computed functions). */
export interface Settings {
  /** Empty: the HTTP challenge. */
  readonly dnsProvider: string;
  readonly email: string;
  /** Seconds before its end at which a certificate is renewed. */
  readonly graceperiod: string;
  readonly legoArgs: string;
  readonly legoDockerOptions: string;
  readonly server: string;
}

/** The settings in force for the app, for `--global` what every app starts from. */
export function settingsOf(host: SimulatedHost, app: SimulatedApp | '--global'): Settings {
  const value = (key: string): string => computed(host, 'letsencrypt', app, key);
  return {
    dnsProvider: dnsProvider(host, app),
    email: value('email'),
    graceperiod: value('graceperiod') || THIRTY_DAYS,
    legoArgs: value('lego-args'),
    legoDockerOptions: value('lego-docker-options'),
    server: serverAddress(value('server')),
  };
}

/** `none` switches a global provider off. */
function dnsProvider(host: SimulatedHost, app: SimulatedApp | '--global'): string {
  const value = computed(host, 'letsencrypt', app, 'dns-provider');
  return value === 'none' ? '' : value;
}

function serverAddress(value: string): string {
  if (value === '' || value === 'default') return PRODUCTION;
  return value === 'staging' ? STAGING : value;
}

/** The domains a certificate is asked for. */
export function certificateDomains(app: SimulatedApp): readonly string[] {
  return servedDomains(app).filter((domain) => domain !== '_');
}

/** The name of the folder that belongs to the app's settings: the digest of lego's options. */
export function configHash(host: SimulatedHost, app: SimulatedApp): string {
  const { dnsProvider: provider, email, legoArgs, legoDockerOptions, server } = settingsOf(host, app);
  const challenge = provider === '' ? '--http --http.webroot /webroot' : `--dns ${provider}`;
  const domains = certificateDomains(app)
    .map((domain) => ` --domains ${domain}`)
    .join('');
  const options = `${challenge} --pem --accept-tos --cert.timeout 30 --path /certs --server ${server} --email ${email} ${legoArgs} ${domains}`;
  return createHash('sha1').update(`${options} ${legoDockerOptions}\n`).digest('hex');
}

/** The secrets of DNS providers, `dns-provider-NAME`, that are set for the app or globally; sorted. */
export function providerKeys(host: SimulatedHost, app: SimulatedApp | '--global'): string[] {
  const stores = [host.globalProperties, ...(app === '--global' ? [] : [app.properties])];
  const keys = stores.flatMap((store) => [...(store.get('letsencrypt')?.keys() ?? [])]);
  return [...new Set(keys.filter((key) => key.startsWith('dns-provider-')))]
    .filter((key) =>
      [app, '--global' as const].some((target) => property(host, 'letsencrypt', target, key) !== ''),
    )
    .sort();
}
