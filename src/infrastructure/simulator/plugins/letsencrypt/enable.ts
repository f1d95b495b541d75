import { requireAppOfShell } from '../../access.ts';
import { Exit, type Invocation } from '../../invocation.ts';
import { fail, info, title, verbose, warning } from '../../output.ts';
import {
  effectivePortMaps,
  portsAfterCertificate,
  setPortMaps,
  storePortMaps,
} from '../../proxy/port-maps.ts';
import { reloadNginx } from '../../proxy/validation.ts';
import { buildProxyConfig, writeProxyConfig } from '../../proxy.ts';
import type { SimulatedApp } from '../../state.ts';
import { removeInclude, writeInclude } from '../include.ts';
import { expiryOf, isActive } from './expiry.ts';
import { order } from './order.ts';
import { certificateDomains, configHash, settingsOf } from './settings.ts';

const FILE = 'letsencrypt.conf';

/** Gets and installs a certificate for the app (fn-letsencrypt-enable). Ends the command when that fails. */
export async function enable(call: Invocation, name: string | undefined, force: boolean): Promise<void> {
  const app = requireAppOfShell(call, name);
  if (certificateDomains(app).length === 0) fail(call, `No domains detected for ${app.name}`);
  call.out(title(`Enabling letsencrypt for ${app.name}`));
  requireEmail(call, app);
  if (!force && !needsCertificate(call, app)) {
    await call.sleep(100);
    call.out(info(`Certificate is still valid for ${app.name}, skipping certificate request`));
    call.out(info('Pass --force to letsencrypt:enable to request a new certificate anyway'));
    return;
  }
  await ensureHttpPort(call, app);
  await call.sleep(200);
  call.out(info(`Enabling ACME proxy for ${app.name}...`));
  writeInclude(app, FILE, challengeSite(app));
  reloadNginx(call);
  await call.sleep(280);
  const exit = await challenge(call, app);
  call.out(info(`Disabling ACME proxy for ${app.name}...`));
  removeInclude(app, FILE);
  reloadNginx(call);
  await call.sleep(300);
  if (exit === 0) {
    call.out(info('Done'));
    return;
  }
  call.err(warning('Failed to setup letsencrypt'));
  fail(call, 'Check log output for further information on failure', exit);
}

/** Ends the command where no e-mail address is set for the app. */
export function requireEmail(call: Invocation, app: SimulatedApp): void {
  if (settingsOf(call.host, app).email !== '') return;
  call.err(warning('ERROR: Cannot request a certificate without an e-mail address!'));
  call.err(warning('  please provide your e-mail address using'));
  call.err(warning(`  dokku letsencrypt:set ${app.name} email <e-mail>`));
  throw new Exit(1);
}

/** Names the app's domains, on standard error, and makes the folder of its settings. */
export function configure(call: Invocation, app: SimulatedApp): string {
  for (const domain of certificateDomains(app)) call.err(verbose(` - Domain '${domain}'`));
  const hash = configHash(call.host, app);
  app.letsencrypt ??= { folders: new Map() };
  if (!app.letsencrypt.folders.has(hash)) app.letsencrypt.folders.set(hash, new Map());
  return hash;
}

/** What lego's challenge is called for this app. */
export function challengeName(call: Invocation, app: SimulatedApp): string {
  return settingsOf(call.host, app).dnsProvider === '' ? 'HTTP-01' : 'DNS-01';
}

/** The three lines that follow lego's log when the server takes no more requests for now. */
export function explainRateLimit(call: Invocation, app: SimulatedApp): void {
  call.err(warning("Let's Encrypt rate-limited this request."));
  call.err(
    warning('See https://letsencrypt.org/docs/rate-limits/ for the active limits and remediation guidance.'),
  );
  call.err(
    warning(
      `Use 'dokku letsencrypt:set ${app.name} server staging' while iterating to avoid the production limits.`,
    ),
  );
}

/** Without an installed certificate for exactly these settings, or near its end, there has to be a new one. */
function needsCertificate(call: Invocation, app: SimulatedApp): boolean {
  if (!isActive(app) || app.letsencrypt?.current !== configHash(call.host, app)) return true;
  return expiryOf(call.host, app).untilRenewal < 0;
}

/** The HTTP challenge needs a listener on port 80, which stays also where the order fails. */
async function ensureHttpPort(call: Invocation, app: SimulatedApp): Promise<void> {
  if (settingsOf(call.host, app).dnsProvider !== '') return;
  const maps = effectivePortMaps(call.host, app);
  if (maps.some((map) => map.scheme === 'http' && map.hostPort === 80)) return;
  const served =
    maps.find(({ scheme }) => scheme === 'http') ?? maps.find(({ scheme }) => scheme === 'https');
  if (served === undefined) {
    call.err(
      warning(`Cannot enable letsencrypt for ${app.name}: no http or https proxy port mapping was found.`),
    );
    call.err(warning('  letsencrypt needs an http listener on port 80 to serve the ACME HTTP-01 challenge.'));
    fail(call, `  Add one with: dokku ports:add ${app.name} http:80:<container-port>`);
  }
  const map = { scheme: 'http', hostPort: 80, containerPort: served.containerPort };
  call.out(
    info(`Adding http:80:${map.containerPort} port mapping to ${app.name} for ACME HTTP-01 challenge...`),
  );
  await call.sleep(150);
  storePortMaps(app, [...setPortMaps(app), map]);
  const indent = (text: string): string => text.replace(/^(?=.)/gm, ' '.repeat(7));
  await writeProxyConfig({ ...call, out: (text) => call.out(indent(text)) }, app);
}

/** templates/letsencrypt.conf.sigil of the plugin */
const challengeSite = (app: SimulatedApp): string => `location /.well-known/acme-challenge {
  # allow every ip address
  allow all;

  # disable http-auth for /.well-known/acme-challenge
  auth_basic off;
  root /var/lib/dokku/data/letsencrypt/${app.name};
}
`;

/** Orders the certificate and installs it (fn-letsencrypt-acme-execute-challenge); the exit code. */
async function challenge(call: Invocation, app: SimulatedApp): Promise<number> {
  if (app.proxyConfig === undefined) call.out(info('Setting temporary site'));
  const { dnsProvider, server } = settingsOf(call.host, app);
  call.out(info(`Getting letsencrypt certificate for ${app.name} via ${challengeName(call, app)}`));
  const hash = configure(call, app);
  await call.sleep(500);
  const domains = certificateDomains(app);
  const result = await order({ call, server }, domains, dnsProvider);
  if (typeof result === 'string') {
    if (result === 'rate limited') explainRateLimit(call, app);
    call.out(info('Certificate retrieval failed!'));
    return 1;
  }
  call.out(info('Certificate retrieved successfully.'));
  call.out(info("Installing let's encrypt certificates"));
  const kept = app.letsencrypt ?? { folders: new Map<string, Map<string, string>>() };
  kept.folders.set(hash, new Map([[domains[0] ?? '', result.certificate]]));
  kept.current = hash;
  app.letsencrypt = kept;
  app.certificate = { ...result, letsencrypt: result.certificate };
  portsAfterCertificate(call.host, app);
  await call.sleep(330);
  await writeProxyConfig(call, app);
  await buildProxyConfig(call, app);
  return 0;
}
