import { byBytes, property, setProperty } from './access.ts';
import type { Invocation } from './invocation.ts';
import { info, title, verbose, warning } from './output.ts';
import { certificateVhosts, coveredDomains } from './proxy/certificate-vhosts.ts';
import { certificateHostnames } from './proxy/certificates.ts';
import { servedDomains, vhostsEnabled } from './proxy/domains.ts';
import { forgetListeners, hasNetworkConfig, rememberListeners, webListeners } from './proxy/listeners.ts';
import { nginxConf } from './proxy/nginx-conf.ts';
import { nginxValue } from './proxy/nginx-properties.ts';
import { effectivePortMaps, formatPortMap, proxyPort } from './proxy/port-maps.ts';
import { redirectConf, redirectsOf } from './proxy/redirects.ts';
import { proxyEnabled, proxyType } from './proxy/type.ts';
import { validateNginx } from './proxy/validation.ts';
import type { SimulatedApp } from './state.ts';

/**
 * Writes the app's nginx.conf and reloads nginx (nginx_build_config of plugins/nginx-vhosts/functions), as after every
 * change of domains, ports and certificates. Prints nothing for an app with another proxy. Costs 4 s of host time.
 */
export async function writeProxyConfig(call: Invocation, app: SimulatedApp): Promise<void> {
  if (proxyType(call.host, app) !== 'nginx') return call.sleep(60);
  if (!proxyEnabled(call.host, app)) return removeProxyConfig(call, app);
  await call.sleep(700);
  initialiseProxyPorts(call, app);
  await call.sleep(900);
  const maps = effectivePortMaps(call.host, app);
  const secured = app.certificate !== undefined;
  for (const map of secured ? [] : maps.filter(({ scheme }) => scheme === 'https')) {
    call.err(
      warning(
        `Ignoring detected https port mapping without an accompanying ssl certificate (${formatPortMap(map)})`,
      ),
    );
  }
  if (secured) warnOfUncoveredDomains(call, app);
  const listeners = webListeners(call.host, app);
  if (listeners.length === 0 && !call.flags.quiet)
    call.err(warning(`No web listeners specified for ${app.name}`));
  if (listeners.length === 0 && !maps.some(({ scheme }) => secured || scheme !== 'https')) return;
  if (listeners.length > 0 && !app.deployed) return;
  await call.sleep(650);
  const domains = new Set([...certificateVhosts(call.host, app), ...servedDomains(app)]);
  for (const domain of [...domains].sort(byBytes)) {
    call.out(info(`Configuring ${domain}...(using built-in template)`));
  }
  await call.sleep(1300);
  if (app.poisoned !== undefined) call.err(warning(app.poisoned));
  call.out(info(`Creating ${secured ? 'https' : 'http'} nginx.conf`));
  app.proxyConfig = nginxConf(call.host, app);
  app.accessLog ??= [];
  await call.sleep(150);
  const hsts = secured && listeners.length > 0 && nginxValue(call.host, app, 'hsts') !== 'false';
  if (hsts && !call.flags.quiet) call.out(verbose('Enabling HSTS (using built-in template)'));
  addRedirects(call, app);
  call.out(verbose('Reloading nginx'));
  await call.sleep(250);
  validateNginx(call);
}

/** The redirect plugin's part (`nginx-pre-reload`). */
function addRedirects(call: Invocation, app: SimulatedApp): void {
  for (const { source, destination, code } of redirectsOf(app)) {
    call.out(info(`Configuring redirect for ${source} to ${destination} via HTTP ${code}...`));
  }
  app.proxyConfig = `${redirectConf(call.host, app)}${app.proxyConfig ?? ''}`;
}

/**
 * What `proxy:build-config` and the end of a deploy do: brings the addresses of the app's containers up to date where
 * it has any, then writes the proxy's configuration.
 */
export async function buildProxyConfig(call: Invocation, app: SimulatedApp): Promise<void> {
  if (proxyType(call.host, app) !== 'nginx') return call.sleep(200);
  if (hasNetworkConfig(call.host, app)) await buildNetworkConfig(call, app);
  await writeProxyConfig(call, app);
}

/** `network:rebuild` of one app (BuildConfig of plugins/network/network.go). */
export async function buildNetworkConfig(call: Invocation, app: SimulatedApp): Promise<void> {
  if (!app.deployed || property(call.host, 'network', app, 'static-web-listener') !== '') return;
  if (app.scale.size === 0 || scheduler(call, app) !== 'docker-local') return;
  call.out(info(`Ensuring network configuration is in sync for ${app.name}`));
  rememberListeners(app);
  await call.sleep(480);
}

/** `proxy:clear-config` of one app: its nginx.conf and the addresses of its containers go. */
export async function clearProxyConfig(call: Invocation, app: SimulatedApp): Promise<void> {
  await call.sleep(230);
  if (proxyType(call.host, app) !== 'nginx') return;
  forgetListeners(app);
  delete app.proxyConfig;
}

async function removeProxyConfig(call: Invocation, app: SimulatedApp): Promise<void> {
  await call.sleep(700);
  call.out(info(`Nginx support is disabled for app (${app.name})`));
  if (app.proxyConfig === undefined) return;
  call.out(info('Deleting nginx.conf'));
  delete app.proxyConfig;
  if (app.deployed) call.out(info('Reloading nginx after nginx.conf deletion'));
  await call.sleep(200);
  if (app.deployed) validateNginx(call);
}

/** Gives the app the ports on which the proxy listens, where it has none (`ports-configure`). */
function initialiseProxyPorts(call: Invocation, app: SimulatedApp): void {
  const { host } = call;
  if (!Number.parseInt(property(host, 'proxy', app, 'proxy-port'), 10)) {
    let port = proxyPort(host, '--global', 'proxy-port');
    if (!vhostsEnabled(app)) {
      port = host.random.integer(32_768, 60_999);
      call.out(info('No port set, setting to random open high port'));
      call.out(info(`Random port ${port}`));
    }
    setProperty(host, 'proxy', app, 'proxy-port', String(port || 80));
  }
  if (app.certificate === undefined || Number.parseInt(property(host, 'proxy', app, 'proxy-ssl-port'), 10))
    return;
  let sslPort = proxyPort(host, '--global', 'proxy-ssl-port') || 443;
  if (!vhostsEnabled(app)) {
    sslPort = host.random.integer(32_768, 60_999);
    call.out(info('No ssl port set, setting to random open high port'));
  }
  setProperty(host, 'proxy', app, 'proxy-ssl-port', String(sslPort));
}

/** `validate_ssl_domains`: a certificate that covers none of the app's domains is told, and used all the same. */
function warnOfUncoveredDomains(call: Invocation, app: SimulatedApp): void {
  if (coveredDomains(app).length > 0) return;
  const own = servedDomains(app);
  const names = certificateHostnames(app);
  call.out(
    info(
      `No matching configured domains for ${app.name} found in SSL certificate. Your app will show as insecure in a browser if accessed via SSL`,
    ),
  );
  call.out(info('Please add appropriate domains via the dokku domains command'));
  if (own.length > 0) call.out(info('Configured domains for app:'));
  for (const domain of own) call.out(title(domain));
  if (names.length > 0) call.out(info('Domains found in SSL certificate:'));
  for (const name of names) call.out(title(name));
}

function scheduler(call: Invocation, app: SimulatedApp): string {
  const own = property(call.host, 'scheduler', app, 'selected');
  return own || property(call.host, 'scheduler', '--global', 'selected') || 'docker-local';
}
