import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';
import { effectivePortMaps, type PortMap } from './port-maps.ts';

/** One redirect of the redirect plugin. */
export interface Redirect {
  readonly source: string;
  readonly destination: string;
  readonly code: string;
}

/** The app's redirects as awk reads the plugin's file: at colons, 301 where no code stands. */
export function redirectsOf(app: SimulatedApp): Redirect[] {
  return (app.redirects ?? []).map((line) => {
    const [source = '', destination = '', code = ''] = line.split(':');
    return { source, destination, code: code === '' || code === '0' ? '301' : code };
  });
}

/** The servers that nginx-pre-reload of dokku-redirect 0.9.1 puts before the app's own, one per redirect and port. */
export function redirectConf(host: SimulatedHost, app: SimulatedApp): string {
  const maps = effectivePortMaps(host, app);
  return redirectsOf(app)
    .map((redirect) => maps.map((map) => server(app, redirect, map)).join(''))
    .map((servers) => `${servers}\n`)
    .join('');
}

function server(app: SimulatedApp, redirect: Redirect, map: PortMap): string {
  if (map.scheme !== 'http' && map.scheme !== 'https') return '';
  const ssl = map.scheme === 'https';
  const lines = [
    '',
    'server {',
    `  listen      [::]:${map.hostPort}${ssl ? ' ssl http2' : ''};`,
    `  listen      ${map.hostPort}${ssl ? ' ssl http2' : ''};`,
    `  server_name ${redirect.source};`,
    '  access_log  off;',
    '',
    ...(ssl ? certificate(app) : []),
    `  include /home/dokku/${app.name}/nginx.conf.d/*.conf;`,
    '  location / {',
    `    return ${redirect.code}  $scheme://${redirect.destination}$request_uri;`,
    '  }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function certificate(app: SimulatedApp): string[] {
  const folder = app.certificate === undefined ? '' : `/home/dokku/${app.name}/tls`;
  return [`  ssl_certificate     ${folder}/server.crt;`, `  ssl_certificate_key ${folder}/server.key;`, ''];
}
