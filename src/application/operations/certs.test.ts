import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { makeCertificate } from '../../infrastructure/simulator/world/certificate.ts';
import { certsInfo } from './certs-info.ts';
import { certsSet } from './certs-set.ts';

const DAY = 24 * 3_600_000;
let on: Bench;
let now: number;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'git:from-image shop demo/web:1',
      'domains:set shop www.example.com api.example.com',
      'apps:create blog',
    ],
  });
  now = on.context.clock.now();
});
afterEach(() => on.close());

const make = (hostnames: readonly string[], days = 90, from = now - DAY) =>
  makeCertificate({
    subject: [['CN', hostnames[0] ?? 'x']],
    issuer: [['CN', hostnames[0] ?? 'x']],
    hostnames,
    from,
    until: now + days * DAY,
  });
const both = ['www.example.com', 'api.example.com'];
const set = (files: { certificate: string; key: string }, more = {}) => ({
  app: 'shop',
  action: 'set' as const,
  ...files,
  ...more,
});

describe('certs_set set', () => {
  it('installs a pair that belongs together, reads it back and shows no key anywhere', async () => {
    const files = make(both);
    const { answer } = await on.apply(certsSet, set(files));
    expect(answer?.data).toMatchObject({
      app: 'shop',
      enabled: true,
      names: expect.arrayContaining(both) as unknown,
      uncovered: [],
    });
    expect(answer?.text).toMatch(/^shop has a certificate until \d{4}-\d\d-\d\d for .*read back\.$/);
    expect(on.app('shop').certificate).toMatchObject({ certificate: files.certificate, key: files.key });
    expect(on.wire.changes()).toEqual(['certs:add shop']);
    expect(JSON.stringify([on.audit.intents, answer])).not.toContain('PRIVATE KEY');
    expect(on.secrets.mask(files.key.trim())).not.toContain(files.key.split('\n')[1]);
  });

  it('replaces one, and says what is lost', async () => {
    await on.apply(certsSet, set(make(both, 30)));
    const plan = await on.plan(certsSet, set(make(both, 60)));
    expect(plan.commands.map(({ name }) => name)).toEqual(['certs:update']);
    expect(plan.consequences.join('\n')).toMatch(/replaces the one until .* keeps no copy/);
    expect(plan.inverse).toBeUndefined();
  });

  it.each<[string, () => { certificate: string; key: string }, object, RegExp]>([
    [
      'a key of another certificate',
      () => ({ ...make(both), key: make(both).key }),
      {},
      /^key: the key does not belong/,
    ],
    ['an old one', () => make(both, -1), {}, /^certificate: the certificate ended on/],
    ['one of the future', () => make(both, 90, now + DAY), {}, /^certificate: .* valid only from/],
    ['one for other names', () => make(['other.example']), {}, /covers none of the domains of shop/],
    ['no certificate', () => ({ ...make(both), certificate: 'x' }), {}, /^certificate: it holds no PEM/],
    ['no key', () => ({ ...make(both), key: '-----BEGIN' }), {}, /^key: it is no PEM private key/],
  ])('refuses %s before anything is sent', async (_what, files, more, reason) => {
    await expect(on.plan(certsSet, set(files(), more))).rejects.toThrow(reason);
    expect(on.wire.changes()).toEqual([]);
    expect(on.app('shop').certificate).toBeUndefined();
  });

  it('sends one for other names when that is what is wanted, and one that covers some', async () => {
    const plan = await on.plan(certsSet, set(make(['other.example']), { other_names: true }));
    expect(plan.consequences.join('\n')).toContain('does not cover www.example.com, api.example.com');
    const { answer } = await on.apply(certsSet, set(make(['www.example.com'])));
    expect(answer?.data).toMatchObject({ uncovered: ['api.example.com'] });
  });

  it('needs the app and both files', async () => {
    await expect(on.plan(certsSet, { action: 'set', ...make(both) })).rejects.toThrow(
      /^app: set needs the app/,
    );
    await expect(on.plan(certsSet, { app: 'shop', action: 'set', key: 'x' })).rejects.toThrow(
      /^certificate: set needs it/,
    );
  });

  it('takes files of the server, which nobody sees', async () => {
    const files = make(both);
    const texts: Record<string, string> = { '/tls/crt': files.certificate, '/tls/key': files.key };
    const references = { ...on.context.references, file: async (path: string) => texts[path] ?? '' };
    const context = { ...on.context, references };
    const input = certsSet.input.parse({
      app: 'shop',
      action: 'set',
      certificate: { file: '/tls/crt' },
      key: { file: '/tls/key' },
    });
    const plan = await certsSet.plan(input, context);
    expect(plan.commands[0]?.secrets).toEqual([files.key.trim()]);
    expect(JSON.stringify(plan.facts)).not.toContain('KEY');
  });

  it('is not believed when the host shows another certificate', async () => {
    const plan = await on.plan(certsSet, set(make(both, 60)));
    await expect(on.readBack(certsSet, set(make(both, 60)), plan)).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
    await on.apply(certsSet, set(make(both, 30)));
    await expect(on.readBack(certsSet, set(make(both, 60)), plan)).rejects.toThrow(
      /the certificate is another one/,
    );
  });
});

describe('certs_set remove', () => {
  it('asks for the name and then removes', async () => {
    await on.apply(certsSet, set(make(both)));
    const plan = await on.plan(certsSet, { app: 'shop', action: 'remove' });
    expect(plan).toMatchObject({ effect: 'destructive', typedName: 'shop' });
    const { answer } = await on.apply(certsSet, { app: 'shop', action: 'remove' });
    expect(answer?.text).toBe('shop has no certificate now; it answers on http only.');
    await expect(on.plan(certsSet, { app: 'shop', action: 'remove' })).rejects.toMatchObject({
      code: 'NO_CHANGE',
    });
  });
});

describe("certs_set with Let's Encrypt", () => {
  it('says what an administrator runs where the plugin is missing', async () => {
    await expect(on.plan(certsSet, { app: 'shop', action: 'letsencrypt_enable' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      remedy: expect.stringContaining('sudo dokku plugin:install') as unknown,
    });
  });

  describe('and the plugin', () => {
    beforeEach(() => on.host.install('letsencrypt'));
    const enable = { app: 'shop', action: 'letsencrypt_enable' as const };

    it('sees what is missing before anything is sent', async () => {
      await expect(on.plan(certsSet, enable)).rejects.toThrow(/No e-mail address is set/);
      await on.given('letsencrypt:set --global email ops@example.com', 'domains:clear blog');
      await expect(on.plan(certsSet, { ...enable, app: 'blog' })).rejects.toThrow(/no domain/);
      expect(on.wire.changes()).toEqual([]);
    });

    it('sets the address, gets a certificate and the daily job, each read back', async () => {
      const email = { action: 'letsencrypt_email' as const, email: 'ops@example.com' };
      expect((await on.apply(certsSet, email)).answer?.text).toContain('read back');
      const { answer } = await on.apply(certsSet, enable);
      expect(answer?.data).toMatchObject({ enabled: true, names: expect.arrayContaining(both) as unknown });
      const job = await on.apply(certsSet, { action: 'letsencrypt_auto_renew' });
      expect(job.answer?.data).toMatchObject({ auto_renew: true });
      expect(on.wire.changes()).toEqual([
        'letsencrypt:set --global email ops@example.com',
        'letsencrypt:enable shop',
        'letsencrypt:cron-job --add',
      ]);
    });

    it('explains why there is no certificate', async () => {
      await on.given('letsencrypt:set shop email ops@example.com');
      on.host.world.acme.domains.set('api.example.com', 'elsewhere');
      const failure = on.apply(certsSet, enable);
      await expect(failure).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
      await expect(failure).rejects.toThrow(
        /No certificate was given for "shop": .* \((?:CHALLENGE_FAILED|PORT_80|DNS)\)/,
      );
      expect(on.audit.outcomes.at(-1)).toMatchObject({ result: 'failed', code: 'CERTIFICATE_REFUSED' });
    });

    it('knows a rate limit', async () => {
      await on.given('letsencrypt:set shop email ops@example.com');
      for (const server of on.host.world.acme.servers.values()) server.state = 'rate limited';
      await expect(on.apply(certsSet, enable)).rejects.toMatchObject({ details: { cause: 'RATE_LIMIT' } });
    });

    it('switching it off removes the certificate, so a person types the name', async () => {
      await on.apply(certsSet, set(make(both)));
      const plan = await on.plan(certsSet, { app: 'shop', action: 'letsencrypt_disable' });
      expect(plan).toMatchObject({ effect: 'destructive', typedName: 'shop' });
      expect(plan.consequences.join(' ')).toContain('whoever issued it');
      expect(
        (await on.apply(certsSet, { app: 'shop', action: 'letsencrypt_disable' })).answer?.data,
      ).toMatchObject({
        enabled: false,
      });
    });
  });
});

describe('certs_info', () => {
  it('is one table, the first to end on top', async () => {
    await on.apply(certsSet, set(make(both, 10.5)));
    const { data, text } = await on.ask(certsInfo, {});
    expect(data.certificates).toMatchObject([
      { app: 'shop', state: 'expiring', days_left: 10, uncovered: [] },
      { app: 'blog', state: 'none', domains: [] },
    ]);
    expect(text).toContain('sudo dokku plugin:install');
    expect((await on.ask(certsInfo, { expiring_days: 5 })).data.certificates).toEqual([]);
  });

  it('asks one app alone for one app', async () => {
    await on.apply(certsSet, set(make(['www.example.com'])));
    on.wire.argv.length = 0;
    const { data } = await on.ask(certsInfo, { app: 'shop' });
    expect(data.certificates).toMatchObject([
      { app: 'shop', state: 'names', uncovered: ['api.example.com'] },
    ]);
    expect(on.wire.argv).toContainEqual(['certs:report', 'shop']);
    expect(on.wire.argv).not.toContainEqual(['certs:report']);
  });
});
