/** A dotted IPv4 address without leading zeros. */
const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

export function isIpv4(text: string): boolean {
  return V4.test(text);
}

/** An IPv6 address in any of its spellings (RFC 4291 section 2.2), without a zone. */
export function isIpv6(text: string): boolean {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const v4 = last.includes('.');
  if (v4 && !isIpv4(last)) return false;
  const hex = v4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = hex.length + (v4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/**
 * Why nginx would not take this for an `allow`; undefined when it would. http-auth stores whatever it is given, and a
 * wrong one breaks the configuration test of nginx for every app of the host until it is taken out (measured).
 */
export function reasonAgainstNetwork(text: string): string | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  const good =
    most !== undefined &&
    more.length === 0 &&
    (bits === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most));
  return good
    ? undefined
    : 'it is an IP address or a network like 10.0.0.0/8; anything else breaks the nginx of the whole host';
}
