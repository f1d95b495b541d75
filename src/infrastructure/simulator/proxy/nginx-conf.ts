import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';
import { certificateVhosts } from './certificate-vhosts.ts';
import { servedDomains } from './domains.ts';
import { webListeners } from './listeners.ts';
import { nginxValue } from './nginx-properties.ts';
import { effectivePortMaps, type PortMap, proxyPort } from './port-maps.ts';

const GZIP_TYPES =
  'text/css text/javascript text/xml text/plain text/x-component application/javascript application/x-javascript application/wasm application/json application/graphql-response+json application/xml application/rss+xml font/truetype application/x-font-ttf font/opentype application/vnd.ms-fontobject image/svg+xml';
const CLIENT_ERRORS =
  '400 401 402 403 405 406 407 408 409 410 411 412 413 414 415 416 417 418 420 422 423 424 426 428 429 431 444 449 450 451';

interface Site {
  readonly app: string;
  readonly value: (key: string) => string;
  readonly domains: string;
  /** Domains of the certificate that are not among the app's own. */
  readonly securedDomains: string;
  readonly secured: boolean;
  readonly sslPort: string;
  readonly listeners: readonly string[];
}

/**
 * The app's nginx.conf as Dokku's template makes it (plugins/nginx-vhosts/templates/nginx.conf.sigil through
 * `cat -s`) for nginx 1.22: HTTP/2 stands in `listen`, pushes are preloaded.
 */
export function nginxConf(host: SimulatedHost, app: SimulatedApp): string {
  const secured = app.certificate !== undefined;
  const own = servedDomains(app);
  const extra = certificateVhosts(host, app).filter((domain) => !own.includes(domain));
  const sslPort = proxyPort(host, app, 'proxy-ssl-port');
  const site: Site = {
    app: app.name,
    value: (key) => nginxValue(host, app, key),
    domains: own.join(' '),
    securedDomains: [...extra].reverse().join(' '),
    secured,
    sslPort: sslPort === 0 ? '' : String(sslPort),
    listeners: webListeners(host, app),
  };
  const maps = effectivePortMaps(host, app).filter((map) => secured || map.scheme !== 'https');
  const lines = ['', ...maps.flatMap((map) => server(site, map)), ...upstreams(site, maps)];
  return `${squeeze(lines).join('\n')}\n`;
}

/** `cat -s`: of several empty lines in a row one stays. */
function squeeze(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
}

function server(site: Site, map: PortMap): string[] {
  if (map.scheme === 'http' || map.scheme === 'https') return webServer(site, map);
  if ((map.scheme === 'grpc' || map.scheme === 'grpcs') && site.listeners.length > 0)
    return grpcServer(site, map);
  return [''];
}

function webServer(site: Site, map: PortMap): string[] {
  const ssl = map.scheme === 'https';
  const redirect = !ssl && map.hostPort === 80 && site.secured;
  const listen = ssl
    ? ['  ', '  ', ...listens(site, map, ' ssl http2'), '  ', '  ']
    : ['  ', ...listens(site, map, ''), '  '];
  const names = [
    ssl && site.securedDomains !== '' ? `  server_name ${site.securedDomains}; ` : '  ',
    site.domains === '' ? '  ' : `  server_name ${site.domains}; `,
  ];
  return [
    'server {',
    ...listen,
    ...names,
    ...logging(site),
    `  client_body_timeout ${site.value('client-body-timeout')};`,
    `  client_header_timeout ${site.value('client-header-timeout')};`,
    `  keepalive_timeout ${site.value('keepalive-timeout')};`,
    `  lingering_timeout ${site.value('lingering-timeout')};`,
    `  send_timeout ${site.value('send-timeout')};`,
    '',
    ...(ssl ? sslLines(site) : ['  ']),
    '',
    ...(redirect ? redirection(site) : service(site, map, ssl)),
    '}',
    '',
  ];
}

function grpcServer(site: Site, map: PortMap): string[] {
  const ssl = map.scheme === 'grpcs';
  return [
    'server {',
    '  ',
    ...listens(site, map, `${ssl ? ' ssl' : ''} http2`),
    '  ',
    site.domains === '' ? '  ' : `  server_name ${site.domains}; `,
    ...logging(site),
    ...(ssl ? sslLines(site) : ['  ']),
    '',
    '  location    / {',
    `    grpc_pass  grpc://${site.app}-${map.containerPort};`,
    '  }',
    '',
    `  client_max_body_size ${site.value('client-max-body-size')};`,
    include(site),
    '}',
    '',
  ];
}

function listens(site: Site, map: PortMap, suffix: string): string[] {
  const address = site.value('bind-address-ipv4');
  return [
    `  listen      [${site.value('bind-address-ipv6')}]:${map.hostPort}${suffix};`,
    `  listen      ${address === '' ? '' : `${address}:`}${map.hostPort}${suffix};`,
  ];
}

function logging(site: Site): string[] {
  const path = site.value('access-log-path');
  const format = site.value('access-log-format');
  return [
    `  access_log  ${path}${format !== '' && path !== 'off' ? ` ${format}` : ''};`,
    `  error_log   ${site.value('error-log-path')};`,
    `  underscores_in_headers ${site.value('underscore-in-headers')};`,
    '',
  ];
}

function sslLines(site: Site): string[] {
  return [
    '  ',
    `  ssl_certificate           /home/dokku/${site.app}/tls/server.crt;`,
    `  ssl_certificate_key       /home/dokku/${site.app}/tls/server.key;`,
    '  ssl_protocols             TLSv1.2 TLSv1.3;',
    '  ssl_prefer_server_ciphers off;',
    '  ',
  ];
}

const include = (site: Site): string => `  include /home/dokku/${site.app}/nginx.conf.d/*.conf;`;

function redirection(site: Site): string[] {
  return [
    include(site),
    '  location / {',
    `    return 301 https://$host:${site.sslPort}$request_uri;`,
    '  }',
    '',
  ];
}

function service(site: Site, map: PortMap, ssl: boolean): string[] {
  const pass = site.listeners.length > 0 ? proxyPass(site, map, ssl) : ['    return 502;'];
  return [
    '  location    / {',
    '',
    ...pass,
    '',
    '  }',
    '',
    `  client_max_body_size ${site.value('client-max-body-size')};`,
    '',
    ...errorPage(CLIENT_ERRORS, '400'),
    '',
    ...errorPage('404', '404'),
    '',
    '  ',
    `  error_page 500 501 ${ssl ? '' : '502 '}503 504 505 506 507 508 509 510 511 /500-error.html;`,
    '  ',
    ...errorPage('', '500').slice(1),
    '',
    '  ',
    ...(ssl ? [...errorPage('502', '502'), '  '] : []),
    include(site),
    '',
  ];
}

function errorPage(codes: string, page: string): string[] {
  return [
    `  error_page ${codes} /${page}-error.html;`,
    `  location /${page}-error.html {`,
    '    root /var/lib/dokku/data/nginx-vhosts/dokku-errors;',
    '    internal;',
    '  }',
  ];
}

function proxyPass(site: Site, map: PortMap, ssl: boolean): string[] {
  const forwardedSsl = site.value('x-forwarded-ssl');
  const settings = ['connect-timeout', 'read-timeout', 'send-timeout', 'buffer-size', 'buffering', 'buffers'];
  return [
    '    gzip on;',
    '    gzip_min_length  1100;',
    '    gzip_buffers  4 32k;',
    `    gzip_types    ${GZIP_TYPES};`,
    '    gzip_vary on;',
    '    gzip_comp_level  6;',
    '',
    `    proxy_pass  http://${site.app}-${map.containerPort};`,
    ssl ? '    http2_push_preload on; ' : '    ',
    '    proxy_http_version 1.1;',
    ...[...settings, 'busy-buffers-size'].map(
      (name) => `    proxy_${name.replaceAll('-', '_')} ${site.value(`proxy-${name}`)};`,
    ),
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection $http_connection;',
    '    proxy_set_header Host $http_host;',
    `    proxy_set_header X-Forwarded-For ${site.value('x-forwarded-for-value')};`,
    `    proxy_set_header X-Forwarded-Port ${site.value('x-forwarded-port-value')};`,
    `    proxy_set_header X-Forwarded-Proto ${site.value('x-forwarded-proto-value')};`,
    '    proxy_set_header X-Request-Start $msec;',
    `    ${forwardedSsl === '' ? '' : `proxy_set_header X-Forwarded-Ssl ${forwardedSsl};`}`,
  ];
}

function upstreams(site: Site, maps: readonly PortMap[]): string[] {
  if (site.listeners.length === 0) return [''];
  const keepalive = site.value('proxy-keepalive');
  return [...new Set(maps.map((map) => map.containerPort))].flatMap((port) => [
    `upstream ${site.app}-${port} {`,
    keepalive === '' ? '' : `  keepalive ${keepalive};`,
    ...site.listeners.flatMap((listener) => ['', `  server ${listener.split(':')[0]}:${port};`]),
    '}',
    '',
  ]);
}
