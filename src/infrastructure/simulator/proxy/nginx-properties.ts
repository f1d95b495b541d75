import { property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';

/** The properties of nginx:set with the value that holds when neither app nor host sets one. `APP` stands for the name. */
export const nginxDefaults: Readonly<Record<string, string>> = {
  'access-log-format': '',
  'access-log-path': '/var/log/nginx/APP-access.log',
  'bind-address-ipv4': '',
  'bind-address-ipv6': '::',
  'client-body-timeout': '60s',
  'client-header-timeout': '60s',
  'client-max-body-size': '1m',
  'disable-custom-config': 'false',
  'error-log-path': '/var/log/nginx/APP-error.log',
  hsts: 'true',
  'hsts-include-subdomains': 'true',
  'hsts-preload': 'false',
  'hsts-max-age': '15724800',
  'keepalive-timeout': '75s',
  'lingering-timeout': '5s',
  'nginx-conf-sigil-path': 'nginx.conf.sigil',
  'nginx-service-command': '',
  'proxy-buffer-size': '4k',
  'proxy-buffering': 'on',
  'proxy-buffers': '8 4k',
  'proxy-busy-buffers-size': '8k',
  'proxy-connect-timeout': '60s',
  'proxy-read-timeout': '60s',
  'proxy-send-timeout': '60s',
  'proxy-keepalive': '',
  'send-timeout': '60s',
  'underscore-in-headers': 'off',
  'x-forwarded-for-value': '$remote_addr',
  'x-forwarded-port-value': '$server_port',
  'x-forwarded-proto-value': '$scheme',
  'x-forwarded-ssl': '',
};

/** The value in force: the app's own, the global one or the default (plugins/nginx-vhosts/nginx_vhosts.go). */
export function nginxValue(host: SimulatedHost, app: SimulatedApp | '--global', key: string): string {
  const name = app === '--global' ? app : app.name;
  const own = app === '--global' ? '' : property(host, 'nginx', app, key);
  const fallback = (nginxDefaults[key] ?? '').replace('APP', name);
  return own || property(host, 'nginx', '--global', key) || fallback;
}
