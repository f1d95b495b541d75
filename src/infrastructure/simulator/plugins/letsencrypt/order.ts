import type { SimulatedHost } from '../../host.ts';
import type { AcmeServer } from '../../world/acme.ts';
import { makeCertificate } from '../../world/certificate.ts';
import { connect, type Lego, log, problem, token } from './lego.ts';

const NINETY_DAYS = 90 * 24 * 3_600_000;

/** How an order ended. */
export type OrderResult = 'failed' | 'rate limited' | { readonly certificate: string; readonly key: string };

/**
 * `lego run` for these domains; a DNS provider stands for the DNS challenge. The e-mail address has its account with the
 * server already, as on the recorded host.
 */
export async function order(
  lego: Lego,
  domains: readonly string[],
  dnsProvider: string,
): Promise<OrderResult> {
  const { call } = lego;
  const server = await connect(lego);
  if (server === undefined) return 'failed';
  if (dnsProvider !== '') {
    // lego was built without the code of any provider, as in the recorded image.
    await call.sleep(1200);
    log(lego, `unrecognized DNS provider: ${dnsProvider}`);
    return 'failed';
  }
  await call.sleep(300);
  const all = `[INFO] [${domains.join(', ')}]`;
  log(lego, `${all} acme: Obtaining bundled SAN certificate`);
  const refusal = orderRefusal(lego, server, domains);
  if (refusal !== undefined) {
    log(lego, `[WARN] retry: ${refusal}`);
    const address = orderAddress(lego.server, server);
    log(
      lego,
      `Could not obtain certificates:\n\tPost "${address}": POST ${address} giving up after 1 attempt(s): ${refusal}`,
    );
    return server.state === 'rate limited' ? 'rate limited' : 'failed';
  }
  if (!(await authorise(lego, server, domains))) return 'failed';
  log(lego, `${all} acme: Validations succeeded; requesting certificates`);
  log(lego, '[INFO] Wait for certificate [timeout: 30s, interval: 500ms]');
  await call.sleep(600);
  log(lego, `[INFO] [${domains[0]}] Server responded with a certificate.`);
  return issue(call.host, server, domains);
}

/** Where orders are sent, as the server's directory tells. */
function orderAddress(directory: string, server: AcmeServer): string {
  const { origin } = new URL(directory);
  return server.software === 'pebble' ? `${origin}/order-plz` : `${origin}/acme/new-order`;
}

function authorisationAddress({ call: { host }, server: directory }: Lego, server: AcmeServer): string {
  const { origin } = new URL(directory);
  if (server.software === 'pebble') return `${origin}/authZ/${token(host)}`;
  const number = (digits: number): number => host.random.integer(10 ** (digits - 1), 10 ** digits - 1);
  return `${origin}/acme/authz/${number(9)}/${number(12)}`;
}

function orderRefusal(lego: Lego, server: AcmeServer, domains: readonly string[]): string | undefined {
  if (server.state === 'rate limited') {
    const again = new Date(lego.call.host.now() + 34 * 3_600_000).toISOString();
    const until = `${again.slice(0, 10)} ${again.slice(11, 19)} UTC`;
    return problem(
      429,
      'rateLimited',
      `too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after ${until}: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-identifiers`,
    );
  }
  const refused = domains.find((domain) => server.refused.has(domain));
  if (refused === undefined) return undefined;
  const kind = 'urn:ietf:params:acme:error:rejectedIdentifier';
  return problem(
    400,
    'rejectedIdentifier',
    `Order included an identifier for which issuance is forbidden by policy: "${refused}", problem: "${kind}" :: ${refused} is a forbidden domain`,
  );
}

/** Every domain's HTTP challenge; false when one is not met. Authorisations are not used twice. */
async function authorise(lego: Lego, server: AcmeServer, domains: readonly string[]): Promise<boolean> {
  const { call } = lego;
  const addresses = domains.map(() => authorisationAddress(lego, server));
  // The server names the domains in an order of its own, next to which lego sets the addresses as they come.
  const named = [...domains.slice(-1), ...domains.slice(0, -1)];
  for (const [index, domain] of named.entries()) log(lego, `[INFO] [${domain}] AuthURL: ${addresses[index]}`);
  for (const domain of domains) {
    log(lego, `[INFO] [${domain}] acme: Could not find solver for: tls-alpn-01`);
    log(lego, `[INFO] [${domain}] acme: use http-01 solver`);
  }
  const troubles: (readonly [string, string])[] = [];
  for (const domain of domains) {
    log(lego, `[INFO] [${domain}] acme: Trying to solve HTTP-01`);
    await call.sleep(domains.length === 1 ? 400 : 2400);
    const trouble = challengeTrouble(call.host, server, domain);
    if (trouble === undefined) log(lego, `[INFO] [${domain}] The server validated our request`);
    else troubles.push([domain, trouble]);
  }
  if (troubles.length === 0) return true;
  for (const [index, domain] of domains.entries()) {
    const failed = troubles.some(([name]) => name === domain);
    const what = failed ? 'Deactivating auth' : 'Skipping deactivating of valid auth';
    log(lego, `[INFO] ${what}: ${addresses[index]}`);
  }
  const reasons = troubles.map(([domain, text]) => `[${domain}] invalid authorization: ${text}`);
  log(
    lego,
    `Could not obtain certificates:\n\terror: one or more domains had a problem:\n${reasons.join('\n')}`,
  );
  return false;
}

/** Why the server did not get the answer to its challenge at the domain. */
function challengeTrouble(host: SimulatedHost, server: AcmeServer, domain: string): string | undefined {
  const trouble = host.world.acme.domains.get(domain);
  if (trouble === undefined) return undefined;
  const path = `/.well-known/acme-challenge/${token(host)}`;
  if (trouble === 'elsewhere') {
    const detail = `203.0.113.9: Invalid response from http://${domain}${path}: 404`;
    return problem(403, 'unauthorized', detail);
  }
  if (server.software === 'pebble') {
    const address = `http://${domain}:80${path}`;
    return problem(400, 'connection', `Get "${address}": could not resolve URL "${address}"`);
  }
  const lookups = ['A', 'AAAA'].map(
    (type) =>
      `DNS problem: NXDOMAIN looking up ${type} for ${domain} - check that a DNS record exists for this domain`,
  );
  return problem(400, 'dns', lookups.join('; '));
}

/** Ninety days from now on the host's clock. */
function issue(
  host: SimulatedHost,
  server: AcmeServer,
  domains: readonly string[],
): { certificate: string; key: string } {
  const from = Math.floor(host.now() / 1000) * 1000;
  return makeCertificate({
    subject: server.software === 'pebble' ? [] : [['CN', domains[0] ?? '']],
    issuer: server.issuer,
    hostnames: domains,
    from,
    until: from + NINETY_DAYS - 1000,
  });
}
