/** A server that issues certificates (RFC 8555), as far as lego's words depend on it. */
export interface AcmeServer {
  /** How it words what it could not validate: Let's Encrypt's own server, or Pebble, which is made for tests. */
  readonly software: 'boulder' | 'pebble';
  /** Who signs, most general name first. */
  readonly issuer: readonly (readonly [string, string])[];
  /** `unresolved`: the host's resolver does not know its name. `rate limited`: it takes no order for now. */
  state: 'reachable' | 'unresolved' | 'rate limited';
  /** Domains for which its policy forbids a certificate. */
  readonly refused: Set<string>;
}

/** Why a server's request for the challenge does not arrive at this host. */
export type DomainTrouble = 'unresolved' | 'elsewhere';

/** What letsencrypt meets outside of the host. */
export interface Acme {
  /** By the address of their directory. An address that is not here leads to nothing. */
  readonly servers: Map<string, AcmeServer>;
  /** Domains that do not lead to this host; every other one does. */
  readonly domains: Map<string, DomainTrouble>;
}

/** Let's Encrypt with its staging server, and a Pebble on the docker host itself. */
export function createAcme(): Acme {
  return {
    servers: new Map([
      [
        'https://acme-v02.api.letsencrypt.org/directory',
        boulder([
          ['C', 'US'],
          ['O', "Let's Encrypt"],
          ['CN', 'E7'],
        ]),
      ],
      [
        'https://acme-staging-v02.api.letsencrypt.org/directory',
        boulder([
          ['C', 'US'],
          ['O', "(STAGING) Let's Encrypt"],
          ['CN', '(STAGING) Puzzling Parsnip E7'],
        ]),
      ],
      [
        'https://172.17.0.1:14000/dir',
        {
          software: 'pebble',
          issuer: [['CN', 'Pebble Intermediate CA 2b3585']],
          state: 'reachable',
          refused: new Set(['blocked.svc.test']),
        },
      ],
    ]),
    domains: new Map([['lost.svc.test', 'unresolved']]),
  };
}

function boulder(issuer: AcmeServer['issuer']): AcmeServer {
  return { software: 'boulder', issuer, state: 'reachable', refused: new Set() };
}
