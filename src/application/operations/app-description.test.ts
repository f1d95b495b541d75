import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import type { Outcome } from '../pipeline.ts';
import { appApply, appDrift, appExport } from './app-description.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({
    given: [
      'apps:create shop',
      'config:set --no-restart shop TOKEN=hunter2-secret PLAIN=plain-value',
      'git:from-image shop demo/web:1',
      'domains:set shop shop.example.com',
      'ports:set shop http:80:5000',
      'docker-options:add shop deploy --shm-size=64m',
      'resource:limit --memory 512m --process-type web shop',
      'checks:disable shop worker',
      'nginx:set shop client-max-body-size 50m',
      'storage:mount shop /var/lib/dokku/data/storage/shop:/data',
      'apps:create linked',
      'docker-options:add linked deploy "--link dokku.postgres.db:dokku-postgres-db"',
      'config:set --no-restart linked DATABASE_URL=postgres://u:pw-secret@dokku-postgres-db:5432/db',
    ],
  });
});
afterAll(() => bench.close());

const exported = async (app: string) => (await bench.ask(appExport, { app })).data;
const apply = (document: string, more: object = {}): Promise<Outcome> =>
  bench.apply(appApply, { document, ...more });
const drift = async (document: string, app?: string) =>
  (await bench.ask(appDrift, { document, ...(app === undefined ? {} : { app }) })).data;

describe('app_export', () => {
  it('writes everything but values', async () => {
    const { document } = await exported('shop');
    expect(document).toContain('image: demo/web:1');
    expect(document).toContain('- shop.example.com');
    expect(document).toContain('web.limit.memory: 512m');
    expect(document).toContain('client-max-body-size: 50m');
    expect(document).toContain('- --shm-size=64m');
    expect(document).toMatch(/TOKEN:\n {4}fingerprint: "?[0-9a-f]{8}"?\n/);
    expect(document).not.toMatch(/hunter2|plain-value/);
  });

  it('tells links to services by their type and name, and leaves their variables to them', async () => {
    const { document, notes } = await exported('linked');
    expect(document).toMatch(/config: \{\}\n/);
    expect(document).toMatch(/services:\n {2}- type: postgres\n {4}name: db\n/);
    expect(document).not.toContain('pw-secret');
    expect(notes).toContain('DATABASE_URL: made by the link to a service');
    const without = document.replace(/services:\n(?: {2}.*\n)+/, 'services: []\n');
    expect((await drift(without)).differences).toEqual([
      { part: 'services', item: 'postgres/db', found: 'yes' },
    ]);
    await expect(apply(without)).rejects.toMatchObject({
      code: 'NO_CHANGE',
      remedy: expect.stringContaining(
        'it stays. services_set {"action":"unlink","type":"postgres","service":"db"',
      ),
    });
  });
});

describe('app_drift and app_apply', () => {
  it('find nothing between an app and its own description', async () => {
    const { document } = await exported('shop');
    expect(await drift(document)).toEqual({ app: 'shop', same: true, differences: [] });
    await expect(bench.plan(appApply, { document })).rejects.toMatchObject({
      code: 'NO_CHANGE',
      message: 'shop is as described.',
    });
  });

  it('find and mend what was changed by hand, removals named, with one restart at the end', async () => {
    const { document } = await exported('shop');
    await bench.given(
      'domains:add shop other.example.com',
      'resource:limit --memory 1g --process-type web shop',
      'config:set --no-restart shop EXTRA=by-hand',
      'nginx:set shop client-max-body-size',
    );
    bench.context.apps.invalidate();
    const { differences } = await drift(document);
    expect(differences.map(({ part, item }) => `${part} ${item}`).sort()).toEqual([
      'config EXTRA',
      'domains other.example.com',
      'nginx client-max-body-size',
      'resources web.limit.memory',
    ]);
    const plan = await bench.plan(appApply, { document });
    expect(plan.consequences).toContain(
      'domains: other.example.com is REMOVED: it is not in the description.',
    );
    expect(plan.commands.map(({ name }) => name)).toEqual([
      'config:unset',
      'resource:limit',
      'nginx:set',
      'domains:remove',
      'ps:restart',
    ]);
    expect(plan.inverse?.map(({ name, args }) => [name, ...args].join(' '))).toEqual([
      'config:import --no-restart --format json shop -',
      'resource:limit --memory 1g --process-type web shop',
      'nginx:set shop client-max-body-size',
      'domains:add shop other.example.com',
    ]);
    const { answer } = await apply(document);
    expect(answer?.text).toMatch(/^shop is as described; read back equal\. The restart succeeded/);
    expect((await drift(document)).same).toBe(true);
    await expect(apply(document)).rejects.toMatchObject({ code: 'NO_CHANGE' });
  });

  it('leaves alone what is taken out', async () => {
    expect(await drift('app: shop\n')).toMatchObject({ same: true });
    expect(await drift('app: shop\ndomains: [shop.example.com]\n')).toMatchObject({ same: true });
  });

  it('compares values by what they are and never shows one', async () => {
    const found = await drift(
      'app: shop\nconfig: {TOKEN: {env: SECRET_A}, PLAIN: plain-value, NEW: {generate: 20}}\n',
    );
    expect(found.differences.map(({ item }) => item)).toEqual(['TOKEN', 'NEW']);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|from-the-env/);
  });

  it('does not make up a value of which only the fingerprint is known', async () => {
    const plan = bench.plan(appApply, { document: 'app: new\nconfig: {TOKEN: {fingerprint: "00c0ffee"}}\n' });
    await expect(plan).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'document.config.TOKEN' });
  });

  it('makes, deploys and settles an app where there is none', async () => {
    const { document } = await exported('shop');
    const whole = document
      .replace(/config:\n(?: {2}.*\n)+/, 'config: {TOKEN: {env: SECRET_A}, KEY: {generate: 24}}\n')
      .replace('shop.example.com', 'twin.example.com');
    const { answer } = await apply(whole, { app: 'twin' });
    expect(answer?.data).toMatchObject({ app: 'twin', same: true, left: [] });
    expect(await drift(whole, 'twin')).toMatchObject({ same: true });
    await expect(apply(whole, { app: 'twin' })).rejects.toMatchObject({ code: 'NO_CHANGE' });
    const [one, two] = await Promise.all([exported('shop'), exported('twin')]);
    const settings = (text: string) => text.slice(text.indexOf('\nports:'), text.indexOf('\nservices:'));
    expect(settings(two.document)).toBe(settings(one.document));
  });

  it.each([
    ['app: shop\ndomain: [a.example.com]\n', 'document.domain', 'is not known here'],
    ['app: shop\nchecks: {disable: [web]}\n', 'document.checks.disable', 'is not known here'],
    ['app: shop\nconfig: {PORT: 5000}\n', 'document.config.PORT', 'is text in quotes'],
    ['app: shop\nports: [http:80]\n', 'document.ports.0', 'a port mapping is'],
    ['app: [shop\nb: s3cret', 'document', 'line 2 is no YAML'],
    ['domains: []\n', 'document.app', 'expected string'],
  ])('refuse %j by its field', async (document, field, reason) => {
    const fault = await bench.ask(appDrift, { document }).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'INVALID_ARGUMENT',
      field,
      message: expect.stringContaining(reason),
    });
    expect(String(fault)).not.toContain('s3cret');
  });

  it('are held to the rules of the host', async () => {
    const mount = apply('app: shop\nmounts: [{from: /, to: /host}]\n');
    await expect(mount).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    const option = apply('app: shop\ndocker_options: {deploy: [--privileged]}\n');
    await expect(option).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  });
});

const label = fc.constantFrom('one', 'two', 'three');
const amount = fc.constantFrom('128m', '256m', '1g');
const described = fc.record({
  config: fc.dictionary(
    fc.constantFrom('A', 'B_C', 'D1'),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `${text}.`),
  ),
  domains: fc.uniqueArray(label.map((name) => `${name}.example.com`)),
  ports: fc.uniqueArray(fc.constantFrom('http:80:5000', 'https:443:5000', 'tcp:2222:22')),
  scale: fc.dictionary(fc.constantFrom('web', 'worker', 'clock'), fc.nat({ max: 3 })),
  resources: fc.dictionary(
    fc.constantFrom('web.limit.memory', '_default_.limit.memory', 'worker.reserve.memory'),
    amount,
  ),
  checks: fc.record({
    wait_to_retire: fc.nat({ max: 90 }),
    disabled: fc.subarray(['web', 'worker']),
    skipped: fc.constant([]),
  }),
  docker_options: fc.record({
    build: fc.constant([]),
    deploy: fc.subarray(['--shm-size=64m', '--init']),
    run: fc.subarray(['--init']),
  }),
  nginx: fc.dictionary(
    fc.constantFrom('client-max-body-size', 'proxy-read-timeout'),
    fc.constantFrom('10', '60'),
  ),
  mounts: fc
    .subarray(['a', 'b'])
    .map((names) => names.map((name) => ({ from: `/var/lib/dokku/data/storage/${name}`, to: `/${name}` }))),
});

describe('for any description', () => {
  let count = 0;

  it('what was applied to nothing, and then over something else, is what is exported, and a second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(described, described, async (first, second) => {
        count += 1;
        const app = `any${count}`;
        for (const parts of [first, second]) {
          const document = JSON.stringify({ app, ...parts });
          await apply(document).catch((error: unknown) => expect(error).toMatchObject({ code: 'NO_CHANGE' }));
          expect(await drift(document)).toMatchObject({ same: true });
          await expect(apply(document)).rejects.toMatchObject({ code: 'NO_CHANGE' });
          const own = (await exported(app)).document;
          expect(await drift(own)).toMatchObject({ same: true });
          for (const value of Object.values(parts.config))
            if (value.length > 8) expect(own).not.toContain(value);
        }
      }),
      { numRuns: 25 },
    );
  });
});
