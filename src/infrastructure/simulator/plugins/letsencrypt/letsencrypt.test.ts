import { describe, expect, test } from 'vitest';
import { type PluginHost, pluginHost } from '../../../../../test/support/plugin-host.ts';
import { makeTar } from '../../../../../test/support/tar.ts';

const DAY = 24 * 3_600_000;
const PRODUCTION = 'https://acme-v02.api.letsencrypt.org/directory';

async function withEmail(): Promise<PluginHost> {
  const known = await pluginHost('letsencrypt');
  await known.ok('letsencrypt:set --global email ops@example.org');
  return known;
}

async function report(known: PluginHost, command: string): Promise<Record<string, string>> {
  return JSON.parse(await known.ok(`${command} --format json`)) as Record<string, string>;
}

describe('a certificate', () => {
  test('is the answer of a server that validates every domain, and is served', async () => {
    const known = await withEmail();
    await known.ok('domains:add shop www.example.org');
    const [exit, stdout, stderr] = await known.run('letsencrypt:enable shop');
    expect([exit, stderr]).toEqual([
      0,
      "        - Domain 'shop.example.org'\n        - Domain 'www.example.org'\n",
    ]);
    expect(stdout).toContain('[INFO] [www.example.org] The server validated our request\n');
    expect(stdout).toMatch(/-----> Disabling ACME proxy for shop\.\.\.\n-----> Done\n$/);
    expect(await report(known, 'certs:report shop')).toMatchObject({
      enabled: 'true',
      hostnames: 'shop.example.org www.example.org',
      issuer: "C = US, O = Let's Encrypt, CN = E7",
      verified: 'verified by a certificate authority',
    });
    expect(await known.ok('letsencrypt:active shop')).toBe('true\n');
    expect(await known.ok('letsencrypt:active blog')).toBe('false\n');
    expect(await known.ok('nginx:show-config shop')).toContain('listen      443 ssl http2;');
  });

  test('is asked for again when the domains change, or with --force', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:enable shop');
    const skipped = '-----> Certificate is still valid for shop, skipping certificate request\n';
    expect(await known.ok('letsencrypt:enable shop')).toContain(skipped);
    expect(await known.ok('letsencrypt:enable shop --force')).not.toContain(skipped);
    await known.ok('domains:add shop www.example.org');
    expect(await known.ok('letsencrypt:enable shop')).not.toContain(skipped);
    const cleaned = await known.ok('letsencrypt:cleanup shop');
    expect(cleaned.match(/stale directory [0-9a-f]{40}\n/g)).toHaveLength(1);
  });

  test('runs out by the clock of the host', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:enable shop');
    const [, row = ''] = (await known.ok('letsencrypt:list')).split('\n');
    expect(row).toMatch(/^shop {21} 2027-02-21 \d\d:\d\d:\d\d {7}89d, 23h, /);
    known.host.advance(59 * DAY);
    expect(await known.ok('letsencrypt:auto-renew shop')).toMatch(
      /^ {7}shop still has 23h, .* left before renewal\n$/,
    );
    known.host.advance(DAY);
    const renewed = await known.ok('letsencrypt:auto-renew');
    expect(renewed).toContain('-----> shop needs renewal\n=====> Enabling letsencrypt for shop\n');
    known.host.advance(100 * DAY);
    expect(await known.ok('--quiet letsencrypt:list')).toMatch(/ 10d, .* ago +40d, .* ago +\n$/);
  });

  test('of another kind hides behind the one letsencrypt installed', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:enable shop');
    const key = await known.ok('certs:show shop key');
    await known.ok('certs:add shop', makeTar({ 'server.crt': 'own\n', 'server.key': key }));
    expect(await known.ok('letsencrypt:active shop')).toBe('true\n');
    await known.ok('certs:remove shop');
    expect(await known.ok('letsencrypt:active shop')).toBe('false\n');
  });

  test('goes with letsencrypt:disable, the settings of the app stay', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:set shop server staging');
    await known.ok('letsencrypt:enable shop');
    await known.ok('letsencrypt:disable shop');
    expect((await report(known, 'certs:report shop')).enabled).toBe('false');
    expect(await known.ok('ports:report shop --ports-map')).toBe('http:80:5000\n');
    expect((await report(known, 'letsencrypt:report shop')).server).toBe('staging');
    await known.ok('apps:clone --skip-deploy shop copy');
    expect((await report(known, 'letsencrypt:report copy')).server).toBe('');
  });

  test('is revoked, but never for an app with two domains', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:enable shop');
    const one = await known.ok('letsencrypt:revoke shop');
    expect(one).toContain(
      '-----> Certificate revoked successfully.\n-----> Removing SSL endpoint from shop\n',
    );
    await known.ok('domains:add blog www.example.org');
    await known.ok('letsencrypt:enable blog');
    const [exit, two] = await known.run('letsencrypt:revoke blog');
    expect(exit).toBe(0);
    expect(two).toContain('open /certs/certificates/www.example.org.crt: no such file or directory\n');
    expect(two).toMatch(/-----> Certificate revocation failed \(code 1\)!\n-----> Done\n$/);
    expect((await report(known, 'certs:report blog')).enabled).toBe('true');
    expect(await known.ok('letsencrypt:active blog')).toBe('false\n');
  });
});

describe('letsencrypt:enable fails', () => {
  test.each<[string, (known: PluginHost) => void, RegExp]>([
    [
      'where the name of the server does not resolve',
      ({ host }) => setState(host, 'unresolved'),
      /Could not create client: get directory at '\S+'.* lookup acme-v02\.api\.letsencrypt\.org on \S+: no such host\n/,
    ],
    [
      'where the server takes no order',
      ({ host }) => setState(host, 'rate limited'),
      /acme: error: 429 :: urn:ietf:params:acme:error:rateLimited :: too many certificates/,
    ],
    [
      'where a domain does not resolve',
      ({ host }) => host.world.acme.domains.set('shop.example.org', 'unresolved'),
      /\[shop\.example\.org\] invalid authorization: acme: error: 400 :: urn:ietf:params:acme:error:dns :: DNS problem: NXDOMAIN/,
    ],
    [
      'where a domain leads elsewhere',
      ({ host }) => host.world.acme.domains.set('shop.example.org', 'elsewhere'),
      /urn:ietf:params:acme:error:unauthorized :: \S+: Invalid response from http:\/\/shop\.example\.org\//,
    ],
    [
      'where the server refuses a domain',
      ({ host }) => host.world.acme.servers.get(PRODUCTION)?.refused.add('shop.example.org'),
      /rejectedIdentifier :: Order included an identifier for which issuance is forbidden by policy: "shop\.example\.org"/,
    ],
  ])('%s, and leaves port 80 open', async (_, prepare, reason) => {
    const known = await withEmail();
    prepare(known);
    const [exit, stdout, stderr] = await known.run('letsencrypt:enable shop');
    expect(exit).toBe(1);
    expect(stdout).toMatch(reason);
    expect(stdout).toMatch(
      /-----> Certificate retrieval failed!\n-----> Disabling ACME proxy for shop\.\.\.\n$/,
    );
    expect(stderr).toMatch(
      / ! {5}Failed to setup letsencrypt\n ! {5}Check log output for further information on failure\n$/,
    );
    expect(stderr.includes("Let's Encrypt rate-limited this request.")).toBe(
      reason.source.includes('rateLimited'),
    );
    expect(await known.ok('ports:report shop --ports-map')).toBe('http:80:5000\n');
    expect((await report(known, 'certs:report shop')).enabled).toBe('false');
  });

  test.each([
    [
      'letsencrypt:set shop server https://10.1.2.3/dir',
      'dial tcp 10.1.2.3:443: connect: connection refused',
    ],
    ['letsencrypt:set shop server nonsense', 'unsupported protocol scheme ""'],
    ['letsencrypt:set shop dns-provider namecheap', 'unrecognized DNS provider: namecheap'],
  ])('after %s', async (line, reason) => {
    const known = await withEmail();
    await known.ok(line);
    const [exit, stdout] = await known.run('letsencrypt:enable shop');
    expect(exit).toBe(1);
    expect(stdout).toContain(reason);
  });

  test('where the app has no domain or no e-mail address, before anything is asked', async () => {
    const known = await pluginHost('letsencrypt');
    expect(await known.run('letsencrypt:enable shop')).toEqual([
      1,
      '=====> Enabling letsencrypt for shop\n',
      expect.stringContaining('Cannot request a certificate without an e-mail address!'),
    ]);
    await known.ok('domains:clear shop');
    expect(await known.run('letsencrypt:enable shop')).toEqual([
      1,
      '',
      ' !     No domains detected for shop\n',
    ]);
  });

  test('for one app, and auto-renew still renews the next', async () => {
    const known = await withEmail();
    await known.ok('letsencrypt:enable shop');
    await known.ok('letsencrypt:enable blog');
    known.host.advance(70 * DAY);
    known.host.world.acme.domains.set('shop.example.org', 'unresolved');
    const [exit, stdout, stderr] = await known.run('letsencrypt:auto-renew');
    expect(exit).toBe(1);
    expect(stderr).toMatch(/ ! {5}One or more apps failed to have their certificates renewed\n$/);
    expect(stdout).toContain('-----> blog needs renewal\n');
    const rows = (await known.ok('--quiet letsencrypt:list')).split('\n');
    expect(rows[0]).toMatch(/^shop .* 19d, /);
    expect(rows[1]).toMatch(/^blog .* 89d, /);
  });
});

test('the renewal job stands among the tasks of the host while it is wanted', async () => {
  const { ok, run } = await pluginHost('letsencrypt');
  expect((await run('letsencrypt:cron-job --add'))[2]).toBe('no crontab for dokku\n');
  expect((await run('letsencrypt:cron-job --add'))[2]).toBe('');
  expect(JSON.parse(await ok('cron:list --global --format json'))).toMatchObject([
    { command: 'dokku letsencrypt:auto-renew', schedule: '24 6 * * *', global: true },
  ]);
  expect(await ok('letsencrypt:report shop --letsencrypt-autorenew')).toBe('true\n');
  expect(await ok('ps:restart shop')).toContain('-----> Updated schedule file\n');
  await ok('letsencrypt:cron-job --remove');
  expect(await ok('cron:list --global --format json')).toBe('[]\n');
});

function setState({ world }: PluginHost['host'], state: 'unresolved' | 'rate limited'): void {
  const server = world.acme.servers.get(PRODUCTION);
  if (server !== undefined) server.state = state;
}

describe('letsencrypt:report', () => {
  test('shows what comes from where', async () => {
    const known = await pluginHost('letsencrypt');
    await known.ok('letsencrypt:set --global dns-provider namecheap');
    await known.ok('letsencrypt:set shop dns-provider none');
    await known.ok('letsencrypt:set --global dns-provider-KEY global');
    await known.ok('letsencrypt:set blog dns-provider-KEY own');
    expect(await report(known, 'letsencrypt:report shop')).toMatchObject({
      'dns-provider': 'none',
      'computed-dns-provider': '',
      'global-dns-provider': 'namecheap',
      'computed-dns-provider-KEY': 'global',
    });
    expect(await report(known, 'letsencrypt:report blog')).toMatchObject({
      'computed-dns-provider-KEY': 'own',
      'global-dns-provider-KEY': 'global',
      'dns-provider-KEY': 'own',
    });
    expect(await known.ok('letsencrypt:report --global --letsencrypt-global-dns-provider')).toBe(
      'namecheap\n',
    );
    expect(await known.ok('letsencrypt:report --letsencrypt-active')).toBe('false\nfalse\n');
    expect(await known.run('letsencrypt:report shop --format')).toEqual([1, '', '']);
  });
});
