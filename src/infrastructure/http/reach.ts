import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Reach } from '../../application/outside.ts';
import type { Resolution } from '../../domain/infrastructure/reach.ts';

const TIMEOUT_MS = 4_000;

export interface ReachOptions {
  /** `dokku@example.com`, where the host is reached over SSH; absent for a host without a network. */
  readonly destination?: string;
  /** Public addresses that the configuration names; they count instead of what the destination resolves to. */
  readonly addresses?: readonly string[];
}

/** The network as this machine sees it. Nothing is asked before the first call. */
export function createReach({ destination, addresses = [] }: ReachOptions): Reach {
  return {
    async hostAddresses() {
      if (addresses.length > 0) return addresses;
      const host = (destination ?? '').replace(/^.*@/, '').replace(/^\[(.*)\]$/, '$1');
      if (host === '') return [];
      if (isIP(host) !== 0) return [host];
      // An alias of the user's ssh configuration has no address that could be known here.
      const found = await lookup(host, { all: true }).catch(() => []);
      return found.map(({ address }) => address);
    },
    resolve: (name) => resolve(name),
    // Loaded when it is first asked for: node's HTTPS is a good part of the time that a start takes.
    probe: async (...args) => (await import('./probe.ts')).probe(...args),
  };
}

async function resolve(name: string): Promise<Resolution> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return { addresses };
  const code = codeOf(four.status === 'rejected' ? four.reason : undefined);
  const absent = code === 'ENOTFOUND' || code === 'ENODATA';
  return { addresses, failure: reasonOf(code), ...(absent ? { absent } : {}) };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reasonOf(code: string): string {
  if (code === 'ENOTFOUND') return 'there is no such name';
  if (code === 'ENODATA') return 'the name has no address record';
  if (code === 'ETIMEOUT' || code === 'ECANCELLED') return 'the DNS did not answer in time';
  return code === 'ESERVFAIL' || code === 'EREFUSED' ? 'the DNS server failed' : 'the DNS could not be asked';
}
