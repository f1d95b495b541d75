import { isIP } from 'node:net';
import { requireAppOfShell } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit, type Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/**
 * `validate_nginx` of plugins/nginx-vhosts/functions: nothing when nginx takes the configuration of the whole host,
 * which one app can spoil for all. Otherwise shows the files at fault (only that of the app, when one is named), then
 * nginx's own words, and ends the command with 1. `clean` deletes the files at fault first.
 */
export function validateNginx(call: Invocation, name = '', clean = false): void {
  if (hostFault(call.host) === undefined) return;
  const apps = name === '' ? appsOf(call.host) : [requireAppOfShell(call, name)];
  for (const app of apps) validateApp(call, app, clean);
  const fault = hostFault(call.host);
  if (fault === undefined) return;
  const time = new Date(call.host.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const pid = call.host.random.integer(300, 32_767);
  call.err(`${time} [emerg] ${pid}#${pid}: ${fault}\n`);
  call.err('nginx: configuration file /etc/nginx/nginx.conf test failed\n');
  throw new Exit(1);
}

/** Reloads nginx, which fails while any app's configuration is at fault. */
export function reloadNginx(call: Invocation): void {
  if (hostFault(call.host) === undefined) return;
  call.err('Job for nginx.service failed.\n');
  call.err('See "systemctl status nginx.service" and "journalctl -xeu nginx.service" for details.\n');
  throw new Exit(1);
}

function validateApp(call: Invocation, app: SimulatedApp, clean: boolean): void {
  if (app.proxyConfig === undefined) {
    if (!call.flags.quiet) call.err(warning(`No nginx config found for ${app.name}`));
    return;
  }
  if (appFault(app) === undefined) return;
  call.err(warning(`Failed to validate nginx config for ${app.name}. Contents below...`));
  call.out(app.proxyConfig);
  if (!clean) return;
  call.err(warning('Removing invalid nginx file'));
  delete app.proxyConfig;
}

function appsOf(host: SimulatedHost): SimulatedApp[] {
  return host.appNames().flatMap((name) => host.apps.get(name) ?? []);
}

function hostFault(host: SimulatedHost): string | undefined {
  const apps = appsOf(host);
  return apps.map(appFault).find((fault) => fault !== undefined) ?? portFault(apps);
}

/**
 * A port is served with TLS as soon as one app wants it so, and then its default server, the first in the order of the
 * files, needs a certificate (ngx_http_ssl_init); undefined where nginx takes the files together.
 */
function portFault(apps: readonly SimulatedApp[]): string | undefined {
  const servers = apps.flatMap(serversOf);
  for (const { listens } of servers) {
    for (const { address } of listens.filter(({ ssl }) => ssl)) {
      const first = servers.find((server) => server.listens.some((other) => other.address === address));
      if (first === undefined || first.certificate) continue;
      return `no "ssl_certificate" is defined for the "listen ... ssl" directive in ${first.place}`;
    }
  }
  return undefined;
}

interface Server {
  readonly place: string;
  readonly listens: readonly { readonly address: string; readonly ssl: boolean }[];
  readonly certificate: boolean;
}

function serversOf({ name, proxyConfig }: SimulatedApp): Server[] {
  const lines = proxyConfig?.split('\n') ?? [];
  const starts = lines.flatMap((line, index) => (line === 'server {' ? [index] : []));
  return starts.map((start, index) => {
    const block = lines.slice(start, starts[index + 1]);
    return {
      place: `/home/dokku/${name}/nginx.conf:${start + 1}`,
      listens: block.flatMap((line) => {
        const [, address, options = ''] = /^\s*listen\s+(\S+?)((?: \w+)*);$/.exec(line) ?? [];
        return address === undefined ? [] : [{ address, ssl: / ssl\b/.test(options) }];
      }),
      certificate: block.some((line) => /^\s*ssl_certificate\s/.test(line)),
    };
  });
}

/** What nginx refuses in the app's file or in what it includes, with the place; undefined when it takes them. */
function appFault(app: SimulatedApp): string | undefined {
  if (app.proxyConfig === undefined) return undefined;
  const folder = `/home/dokku/${app.name}`;
  const names = [...(app.proxyIncludes?.keys() ?? [])].sort();
  const files = app.proxyConfig.includes(`${folder}/nginx.conf.d/*.conf`)
    ? names.map((name) => [`${folder}/nginx.conf.d/${name}`, app.proxyIncludes?.get(name) ?? ''] as const)
    : [];
  return [...files, [`${folder}/nginx.conf`, app.proxyConfig] as const]
    .map(([file, text]) => textFault(file, text))
    .find((fault) => fault !== undefined);
}

function textFault(file: string, text: string): string | undefined {
  for (const [index, line] of text.split('\n').entries()) {
    const [, directive = '', value = ''] = /^\s*(allow|deny|return)\s+(.*?);$/.exec(line) ?? [];
    const fault = directive === '' ? undefined : directiveFault(directive, value.split(/\s+/));
    if (fault !== undefined) return `${fault} in ${file}:${index + 1}`;
  }
  return undefined;
}

function directiveFault(directive: string, words: readonly string[]): string | undefined {
  const [first = ''] = words;
  if (directive === 'return') return isReturnCode(first) ? undefined : `invalid return code "${first}"`;
  if (words.length > 1) return `invalid number of arguments in "${directive}" directive`;
  return isAccessAddress(first) ? undefined : `invalid parameter "${first}"`;
}

/** ngx_http_rewrite_module takes a number of at most three digits. */
const isReturnCode = (word: string): boolean => /^\d+$/.test(word) && Number(word) <= 999;

/** What ngx_http_access_module takes: an address, a network, `all` or `unix:`. */
function isAccessAddress(word: string): boolean {
  if (word === 'all' || word === 'unix:') return true;
  const [address = '', bits, ...rest] = word.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
