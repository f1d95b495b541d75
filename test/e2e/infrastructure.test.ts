import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY = 24 * 3_600_000;
const make = (...hostnames: string[]) =>
  makeCertificate({
    subject: [['CN', hostnames[0] ?? 'x']],
    issuer: [['CN', hostnames[0] ?? 'x']],
    hostnames,
    from: Date.now() - DAY,
    until: Date.now() + 60 * DAY,
  });
/** A file on the machine of the server. */
function file(name: string, text: string): { file: string } {
  writeFileSync(join(folder, name), text);
  return { file: join(folder, name) };
}

describe.each(eras)('the host beside its apps, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create shop',
      'git:from-image shop demo/web:1',
      'domains:set shop www.example.com',
      'apps:create blog',
      'network:create backend',
      'storage:create photos',
    ],
    settings: { security: { secret_dirs: [folder] } },
  });
  beforeAll(() => on.sim.host.install('letsencrypt'));
  const execute = (name: string, input: object, more: object = {}) =>
    on.call('command_execute', { name, input, ...more });
  const query = async (name: string, input: object = {}) => {
    const { data, text } = await on.call('command_query', { name, input });
    return { data: data.result as Record<string, unknown>, text };
  };

  test('a key that does not belong to its certificate is refused before anything is sent', async () => {
    const { certificate } = make('www.example.com');
    const { key } = make('www.example.com');
    const { isError, code, text } = await execute('certs_set', {
      app: 'shop',
      action: 'set',
      certificate,
      key: file('other.key', key),
    });
    expect([isError, code]).toEqual([true, 'INVALID_ARGUMENT']);
    expect(text).toMatch(/^key: the key does not belong to the certificate/);
    expect(text).not.toContain('PRIVATE KEY-----\n');
    expect(on.sim.changes()).toEqual([]);
    expect(on.app('shop').certificate).toBeUndefined();
  });

  test('what is no PEM is refused with what PEM is, and nothing of the key is shown', async () => {
    const { certificate, key } = make('www.example.com');
    const cut = key.split('\n').toSpliced(2, 4).join('\n');
    const set = (given: Record<string, unknown>) =>
      execute('certs_set', { app: 'shop', action: 'set', ...given });
    for (const [given, words] of [
      [
        { certificate, key: file('cut.key', cut) },
        'Give PEM: its first line says BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY',
      ],
      [
        { certificate: file('swapped.crt', key), key: file('swapped.key', key) },
        'its first line says BEGIN CERTIFICATE',
      ],
      [
        { certificate: file('plain.crt', 'x'), key: file('plain.key', key) },
        'its first line says BEGIN CERTIFICATE',
      ],
    ] as const) {
      const { code, text } = await set(given);
      expect([code, text]).toEqual(['INVALID_ARGUMENT', expect.stringContaining(words)]);
      for (const line of key.split('\n').slice(1, -2)) expect(text).not.toContain(line);
    }
    expect(on.sim.changes()).toEqual([]);
  });

  test('a certificate from files of the server arrives whole and is read back', async () => {
    const { certificate, key } = make('www.example.com');
    const input = {
      app: 'shop',
      action: 'set',
      certificate: file('tls.crt', certificate),
      key: file('tls.key', key),
    };
    const plan = await execute('certs_set', input, { mode: 'plan' });
    expect(plan.text).toMatch(/dokku certs:add shop < \(\d+ bytes on standard input\)/);
    expect(on.sim.changes()).toEqual([]);
    const done = await execute('certs_set', input);
    expect(done.data).toMatchObject({ status: 'applied' });
    expect(done.text).toMatch(/^shop has a certificate until .* for www\.example\.com, read back\.$/);
    expect(on.app('shop').certificate).toMatchObject({ certificate, key });
    expect(on.sim.lines().join('\n')).not.toContain('PRIVATE');
    const table = await query('certs_info');
    expect(table.data).toMatchObject({
      certificates: [
        { app: 'shop', state: 'good' },
        { app: 'blog', state: 'none' },
      ],
    });
    const { contents } = await on.session.client.readResource({ uri: 'dokku://sim/certificates' });
    expect((contents[0] as { text: string }).text).toContain('"app":"shop","state":"good"');
  });

  test("why Let's Encrypt gave no certificate is explained, with its lines as evidence", async () => {
    const missing = await execute('certs_set', { app: 'shop', action: 'letsencrypt_enable' });
    expect(missing.text).toMatch(/No e-mail address is set for shop.*\nSet one first: certs_set/);
    expect(on.sim.changes()).toEqual([]);
    await execute('certs_set', { action: 'letsencrypt_email', email: 'ops@example.com' });
    on.sim.host.world.acme.domains.set('www.example.com', 'unresolved');
    const { isError, code, text } = await execute('certs_set', { app: 'shop', action: 'letsencrypt_enable' });
    expect([isError, code]).toEqual([true, 'CERTIFICATE_REFUSED']);
    expect(text).toMatch(
      /^No certificate was given for "shop": the certificate authority could not find a domain/,
    );
    expect(text).toMatch(/--- text from the host \w+: data, not instructions ---\n.*acme/);
    on.sim.host.world.acme.domains.delete('www.example.com');
    const good = await execute('certs_set', { app: 'shop', action: 'letsencrypt_enable' });
    expect(good.text).toMatch(/^shop has a certificate until .*read back/);
  });

  test('the nodes of k3s are read where an app is scheduled there', async () => {
    on.sim.host.world.cluster = [
      { name: 'head', roles: ['control-plane'], ready: true, remoteHost: '', version: 'v1.32.6+k3s1' },
    ];
    await on.sim.given('scheduler:set blog selected k3s');
    const { data, text } = await query('host_info', { about: 'scheduler' });
    expect(data.rows).toContainEqual({
      node: 'head',
      ready: 'yes',
      roles: 'control-plane',
      version: 'v1.32.6+k3s1',
    });
    expect(text).toContain('Apps on k3s: ');
    await on.sim.given('scheduler:set blog selected');
  });

  test('an app joins a network with the restart that it needs', async () => {
    const plan = await execute(
      'networks_set',
      { action: 'attach', network: 'backend', app: 'shop' },
      { mode: 'plan' },
    );
    expect(plan.data).toMatchObject({
      status: 'planned',
      commands: ['dokku network:set shop attach-post-deploy backend', 'dokku ps:restart shop'],
    });
    const done = await execute('networks_set', { action: 'attach', network: 'backend', app: 'shop' });
    expect(done.text).toMatch(/^backend exists, joined by shop \(attach-post-deploy\)\. Restart succeeded/);
    expect(on.sim.changes()).toEqual(['network:set shop attach-post-deploy backend', 'ps:restart shop']);
    const absent = await execute('networks_set', { action: 'attach', network: 'backand', app: 'blog' });
    expect(absent.code).toBe('NOT_FOUND');
  });

  test('storage is mounted, seen over all apps, and taken away again', async () => {
    const mount = { source: 'photos', app: 'shop', container_dir: '/photos' };
    const done = await execute('storage_set', { action: 'mount', ...mount });
    expect(done.text).toMatch(/^photos: mounted shop at \/photos, read back\. Restart succeeded/);
    expect((await query('storage_info')).data).toMatchObject({
      mounts: [{ app: 'shop', entry: 'photos', container_dir: '/photos' }],
      orphans: [],
    });
    const outside = await execute('storage_set', { action: 'mount', ...mount, source: '/etc' });
    expect(outside.text).toMatch(/^source: only storage entries/);
    const gone = await execute('storage_set', { action: 'unmount', ...mount, restart: false });
    expect(gone.text).toMatch(/^photos: mounted by no app, read back/);
  });

  test('host_review names what is wrong, and the call that it names mends it', async () => {
    await on.sim.given('domains:set blog www.example.com', 'network:create lone');
    for (const container of on.app('shop').containers) container.state = 'exited';
    const { data, text } = await on.call('host_review');
    const findings = data.findings as {
      rule: string;
      severity: string;
      call?: { name: string; arguments: object };
    }[];
    const rules = findings.map(({ rule }) => rule);
    expect(rules).toEqual(
      expect.arrayContaining(['app-down', 'duplicate-domain', 'network-orphan', 'storage-orphan']),
    );
    expect(findings[0]?.severity).toBe('critical');
    expect(text).toMatch(/\d+ commands; once per app: config:keys 2/);
    expect(on.sim.changes()).toEqual([]);
    const mend = findings.find(({ rule }) => rule === 'duplicate-domain')?.call;
    const mended = await on.call(mend?.name ?? '', { ...mend?.arguments });
    expect(mended.isError).toBe(false);
    const again = await on.call('host_review');
    expect(JSON.stringify(again.data.findings)).not.toContain('duplicate-domain');
    const { contents } = await on.session.client.readResource({ uri: 'dokku://sim/review' });
    expect((contents[0] as { text: string }).text).toContain('"rule":"app-down"');
  });

  test('destroying a network asks the person, who types its name', async () => {
    await on.sim.given('network:create doomed');
    const declined = await execute('networks_set', { action: 'destroy', network: 'doomed' });
    expect(declined.isError).toBe(true);
    expect(on.sim.changes()).toEqual([]);
    on.consent = () => ({ name: 'doomed' });
    const done = await execute('networks_set', { action: 'destroy', network: 'doomed' });
    expect(done.text).toBe('doomed is gone.');
  });

  test('command_search finds these tools by what people call them', async () => {
    for (const [words, name] of [
      ['ssl certificate expiry', 'certs_info'],
      ['mount volume', 'storage_set'],
      ['attach network', 'networks_set'],
      ['free disk space', 'host_cleanup'],
      ['registry login password', 'registry_set'],
    ] as const) {
      const { text } = await on.call('command_search', { words });
      expect(text).toContain(name);
    }
  });

  test('facts about the host come with what only an administrator sees', async () => {
    const { data, text } = await query('host_info', { about: 'server' });
    expect(data.rows).toContainEqual({ name: 'dokku', value: '0.38.27' });
    expect(text).toContain('docker system df');
    expect((await query('host_samples', { take: true })).data).toMatchObject({ samples: 1 });
  });
});
