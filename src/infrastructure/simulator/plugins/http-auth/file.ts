import { property, setProperty } from '../../access.ts';
import type { SimulatedHost } from '../../host.ts';
import type { SimulatedApp } from '../../state.ts';
import { writeInclude } from '../include.ts';

/** The plugin's file in nginx.conf.d: protection is on while it is there. */
export const FILE = 'http-auth.conf';

/** Addresses that pass without a password, in the order they were added; a word each, as the scripts split them. */
export function allowedIps(host: SimulatedHost, app: SimulatedApp): string[] {
  const stored = property(host, 'http-auth', app, 'allowed-ips');
  return stored === '' ? [] : stored.split('\n');
}

/** Stores the list of addresses. */
export function setAllowedIps(host: SimulatedHost, app: SimulatedApp, addresses: readonly string[]): void {
  setProperty(host, 'http-auth', app, 'allowed-ips', addresses.join('\n'));
}

/** Writes the file from the plugin's template: users are asked for only when there are some already. */
export function writeHttpAuth(host: SimulatedHost, app: SimulatedApp): void {
  const addresses = allowedIps(host, app).join(' ').split(/\s+/).filter(Boolean);
  const allow = [
    'satisfy any;',
    '',
    ...addresses.flatMap((address) => [`allow ${address};`, '']),
    'deny all;',
  ];
  const ask = [
    'auth_basic           "Restricted";',
    `auth_basic_user_file /home/dokku/${app.name}/htpasswd;`,
  ];
  const asks = (app.authUsers ?? []).length > 0;
  const lines = ['', ...(addresses.length > 0 ? [...allow, ''] : []), ...(asks ? ask : [])];
  app.authUsers ??= [];
  writeInclude(app, FILE, `${lines.join('\n')}\n`);
}
