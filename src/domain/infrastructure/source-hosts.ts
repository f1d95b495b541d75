/**
 * Why the host must not fetch source code from this address; undefined when it may. Dokku fetches with its own rights
 * from its own place in the network, so an address reaches what only the host can reach: its docker daemon, metadata of
 * its cloud, neighbours in private networks (server-side request forgery, CWE-918). Only the literal address is looked
 * at; a public name that resolves to a private address is for the network to stop.
 *
 * `allowed` holds `host` (over every protocol) or `scheme://host`, each with `:port` when only that one is meant.
 */
export function reasonAgainstSource(url: string, allowed: readonly string[]): string | undefined {
  const address = parse(url);
  if (address === undefined) return undefined;
  const { scheme, host, port } = address;
  const forms = [host, ...(port === undefined ? [] : [`${host}:${port}`])];
  const listed = allowed.map((entry) => entry.toLowerCase());
  if (forms.some((form) => listed.includes(form) || listed.includes(`${scheme}://${form}`))) return undefined;
  if (isInternal(host)) {
    return `${host} is an address inside the host or its network, and security.git_hosts does not list it`;
  }
  if (scheme === 'http' || scheme === 'git') {
    return `${scheme}:// is not encrypted, and security.git_hosts does not list ${scheme}://${host}`;
  }
  return undefined;
}

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port?: string;
}

/** Reads scheme, host and port of a URL or of `user@host:path`; undefined for anything else. */
function parse(url: string): Address | undefined {
  const [, scheme, host, port] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]/]*\]|[^/:?#]+)(?::(\d+))?(?:[/?#]|$)/i.exec(url) ?? [];
  if (scheme !== undefined && host !== undefined) {
    return {
      scheme: scheme.toLowerCase(),
      host: host.toLowerCase(),
      ...(port === undefined ? {} : { port }),
    };
  }
  const [, sshHost] = /^[^/@:]+@(\[[^\]/]*\]|[^/:]+):/.exec(url) ?? [];
  return sshHost === undefined ? undefined : { scheme: 'ssh', host: sshHost.toLowerCase() };
}

const INTERNAL_NAMES =
  /(?:^|\.)(?:localhost|localdomain|metadata\.google\.internal|instance-data)$|^metadata$/;

/** IPv6 literals are all refused: git servers have names, and every IPv4 address has many IPv6 spellings. */
function isInternal(host: string): boolean {
  if (host.startsWith('[')) return true;
  const name = host.replace(/\.$/, '');
  if (INTERNAL_NAMES.test(name)) return true;
  if (!/^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}$/.test(name)) return false;
  // inet_aton also reads 2130706433, 0x7f.1 and 0177.0.0.1: none of these spellings has an honest use.
  return !/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(name) || isPrivate(name);
}

/** The blocks of RFC 6890 that are not public, with multicast and what lies behind it. */
function isPrivate(address: string): boolean {
  const [a = 0, b = 0, c = 0] = address.split('.').map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b < 128;
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 192) return b === 168 || (b === 0 && c === 0);
  return a === 198 && (b === 18 || b === 19);
}
