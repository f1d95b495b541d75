import { describe, expect, it } from 'vitest';
import { isIpv4, isIpv6, reasonAgainstNetwork } from './addresses.ts';

describe('addresses', () => {
  it.each([
    '192.0.2.7',
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '::1',
    '::',
    '2001:db8::/32',
  ])('takes %s', (text) => expect(reasonAgainstNetwork(text)).toBeUndefined());

  it.each(['fe80::1', '2001:db8:0:0:0:0:0:1', '::ffff:192.0.2.1', '1:2:3:4:5:6:192.0.2.1'])(
    'knows IPv6 %s',
    (text) => expect(isIpv6(text)).toBe(true),
  );

  it.each([
    'not-an-ip',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1.1',
    '01.2.3.4',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/08',
    '2001:db8::/129',
    '2001:db8::1::2',
    '1:2:3:4:5:6:7:8:9',
    ':1',
    'fe80::1%eth0',
    'all;',
    '',
  ])('refuses %j', (text) =>
    expect(reasonAgainstNetwork(text)).toMatch(/breaks the nginx of the whole host/),
  );

  it('keeps the families apart', () => {
    expect([isIpv4('::1'), isIpv6('192.0.2.1'), isIpv4('1.2.3.4')]).toEqual([false, false, true]);
  });
});
