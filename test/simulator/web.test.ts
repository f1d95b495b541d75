import { describe, expect, test } from 'vitest';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession, type SessionResult } from '../../src/infrastructure/simulator/session.ts';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { makeTar } from '../support/tar.ts';

const words = (name: string, hostnames: readonly string[]) => ({
  subject: [['CN', name]] as const,
  issuer: [
    ['C', 'US'],
    ['O', 'Example'],
    ['CN', 'Example CA'],
  ] as const,
  hostnames,
  from: Date.parse('2026-11-01T00:00:00Z'),
  until: Date.parse('2027-01-30T12:34:56Z'),
});

async function hostWithApp(): Promise<SimulatedHost> {
  const host = new SimulatedHost({ now: Date.parse('2026-11-23T18:00:00Z') });
  await run(host, 'domains:set-global example.org');
  await run(host, 'apps:create api');
  return host;
}

async function run(host: SimulatedHost, line: string, stdin?: Buffer): Promise<SessionResult> {
  return runSession(host, stdin === undefined ? { line } : { line, stdin });
}

describe('certificates', () => {
  test('are reported as openssl prints them and served by nginx', async () => {
    const host = await hostWithApp();
    const { certificate, key } = makeCertificate(
      words('api.example.org', ['api.example.org', '*.api.example.org']),
    );
    const added = await run(host, 'certs:add api', makeTar({ 'server.crt': certificate, 'server.key': key }));
    expect(added.exit).toBe(0);
    expect(added.stdout).toContain('-----> Creating https nginx.conf\n');
    const report = await run(host, 'certs:report api --format json');
    expect(JSON.parse(report.stdout)).toEqual({
      dir: '/home/dokku/api/tls',
      enabled: 'true',
      'expires-at': 'Jan 30 12:34:56 2027 GMT',
      hostnames: '*.api.example.org api.example.org',
      issuer: 'C = US, O = Example, CN = Example CA',
      'starts-at': 'Nov  1 00:00:00 2026 GMT',
      subject: 'CN=api.example.org',
      verified: 'self signed',
    });
    expect((await run(host, 'certs:show api crt')).stdout).toBe(certificate);
    expect((await run(host, 'nginx:show-config api')).stdout).toContain(
      'return 301 https://$host:443$request_uri;',
    );
    await run(host, 'certs:remove api');
    expect((await run(host, 'nginx:show-config api')).stdout).not.toContain('443');
  });

  test('that cover none of the domains are told', async () => {
    const host = await hostWithApp();
    const { certificate, key } = makeCertificate(words('other.org', ['other.org']));
    const added = await run(host, 'certs:add api', makeTar({ 'a.crt': certificate, 'a.key': key }));
    expect(added.stdout).toContain('-----> No matching configured domains for api found in SSL certificate.');
    expect(added.stdout).toContain('-----> Domains found in SSL certificate:\n=====> other.org\n');
  });

  test.each([
    [Buffer.from('garbage'), 2, ''],
    [makeTar({ 'server.key': 'k' }), 1, ' !     Tar archive is missing .crt file\n'],
    [makeTar({ 'a.crt': 'c', 'b.crt': 'c' }), 1, ' !     Tar archive contains more than one .crt file\n'],
    [makeTar({ '../a.crt': 'c' }), 1, ' !     Archive contains entries with parent directory traversal\n'],
    [makeTar({ '/a.crt': 'c' }), 1, ' !     Archive contains entries with absolute paths\n'],
  ])('refuse an archive without both files', async (archive, exit, text) => {
    const host = await hostWithApp();
    const answer = await run(host, 'certs:add api', archive);
    expect(answer.exit).toBe(exit);
    expect(answer.stderr.endsWith(text)).toBe(true);
    expect(host.apps.get('api')?.certificate).toBeUndefined();
  });
});

describe('domains', () => {
  test('that are added to an app with disabled hosts give way to its default ones', async () => {
    const host = await hostWithApp();
    await run(host, 'domains:disable api');
    await run(host, 'domains:add api new.example.org');
    expect((await run(host, 'domains:report api --domains-app-vhosts')).stdout).toBe('api.example.org\n');
    expect((await run(host, 'config:get api NO_VHOST')).stdout).toBe('0\n');
  });

  test('disabling an unknown app fails in the shell', async () => {
    const answer = await run(await hostWithApp(), 'domains:disable nope');
    expect(answer).toMatchObject({
      exit: 1,
      stderr: "touch: cannot touch '/home/dokku/nope/VHOST': No such file or directory\n",
    });
  });

  test('a dot in a removed name stands for any character, as in sed', async () => {
    const host = await hostWithApp();
    await run(host, 'domains:set api a.example.org axexample.org *.example.org');
    await run(host, 'domains:remove api a.example.org');
    expect(host.apps.get('api')?.domains.names).toEqual(['*.example.org']);
  });
});

describe('settings', () => {
  test('of nginx are stored for --global and shown as computed', async () => {
    const host = await hostWithApp();
    await run(host, 'nginx:set --global client-max-body-size 50m');
    await run(host, 'proxy:build-config api');
    expect((await run(host, 'nginx:report api --nginx-computed-client-max-body-size')).stdout).toBe('50m\n');
    expect((await run(host, 'nginx:show-config api')).stdout).toContain('  client_max_body_size 50m;\n');
  });

  test('a log sink is shown only by its own key', async () => {
    const host = await hostWithApp();
    await run(host, 'logs:set api vector-sink datadog_logs://?api_key=secret');
    const report = await run(host, 'logs:report api');
    expect(report.stdout).not.toContain('secret');
    expect(report.stdout).toContain('datadog_logs://redacted');
    expect((await run(host, 'logs:report api --logs-vector-sink')).stdout).toContain('secret');
  });

  test('clearing the limits without a process type removes the reservations too', async () => {
    const host = await hostWithApp();
    await run(host, 'resource:limit --memory 1g api');
    await run(host, 'resource:reserve --memory 1g api');
    await run(host, 'resource:limit-clear api');
    expect((await run(host, 'resource:report api')).stdout).toBe('=====> api resource information\n');
  });

  test('a process leaves one list of checks when it enters the other', async () => {
    const host = await hostWithApp();
    await run(host, 'checks:disable api web,worker');
    await run(host, 'checks:skip api worker');
    const report = JSON.parse((await run(host, 'checks:report api --format json')).stdout) as object;
    expect(report).toMatchObject({ 'disabled-list': 'web', 'skipped-list': 'worker' });
  });
});

describe('storage', () => {
  test('an entry that is mounted cannot be destroyed', async () => {
    const host = await hostWithApp();
    await run(host, 'storage:create data');
    await run(host, 'storage:mount api data --container-dir /data');
    expect(await run(host, 'storage:destroy data --force')).toMatchObject({
      exit: 1,
      stderr: ' !     storage entry "data" is still mounted by app(s): api\n',
    });
  });

  test('mounting the same place again changes the mount', async () => {
    const host = await hostWithApp();
    await run(host, 'storage:create data');
    await run(host, 'storage:mount api data --container-dir /data');
    const again = await run(host, 'storage:mount api data --container-dir /data --volume-readonly');
    expect(again.stdout).toBe('-----> Storage entry data mount at /data on api updated\n');
    expect((await run(host, '--quiet storage:list api')).stdout).toBe(
      '/var/lib/dokku/data/storage/data:/data:ro\n',
    );
  });
});
