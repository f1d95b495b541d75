import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { resolveReferences } from './references.ts';

const folder = mkdtempSync(join(tmpdir(), 'references-'));
const secret = join(folder, 'secret');
writeFileSync(secret, 'from-a-file\n');
writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { TOKEN: 'from-the-env', EMPTY: '' };
const ref = (inner: string): string => `$\{${inner}}`;
const resolve = (value: unknown) => resolveReferences(value, env, (path) => path);

describe('references in the configuration', () => {
  it('are read in every string, alone or inside of it, and told apart by where they come from', () => {
    const given = {
      a: ref('env:TOKEN'),
      list: [{ b: `x-${ref(`file:${secret}`)}-${ref('env:TOKEN')}` }],
      n: 1,
    };
    expect(resolve(given)).toEqual({
      value: { a: 'from-the-env', list: [{ b: 'x-from-a-file-from-the-env' }], n: 1 },
      secrets: ['from-the-env', 'from-a-file', 'from-the-env'],
      origin: { a: 'env:TOKEN', 'list.0.b': `file:${secret}, env:TOKEN` },
    });
  });

  it('two dollars stand for the text itself', () => {
    expect(resolve({ a: `$${ref('env:TOKEN')}` })).toMatchObject({
      value: { a: ref('env:TOKEN') },
      secrets: [],
    });
  });

  it('what a reference gives is not read again', () => {
    const nested = resolveReferences({ a: ref('env:A') }, { A: ref('env:B'), B: 'b' }, (path) => path);
    expect(nested.value).toEqual({ a: ref('env:B') });
  });

  it.each([
    ['a.b', { a: { b: ref('env:ABSENT') } }, 'the environment has no variable ABSENT'],
    ['a', { a: ref('env:EMPTY') }, 'the environment has no variable EMPTY'],
    ['a', { a: ref('TOKEN') }, `${ref('TOKEN')} is no reference`],
    ['a', { a: ref('file:relative') }, 'the file relative is not named by its whole path'],
    ['a', { a: ref(`file:${folder}/absent`) }, `the file ${folder}/absent cannot be read (ENOENT)`],
    ['a', { a: ref(`file:${folder}`) }, `the file ${folder} cannot be read (EISDIR)`],
    ['a', { a: ref(`file:${folder}/binary`) }, `the file ${folder}/binary is not text (UTF-8)`],
  ])('names the setting %s when it cannot be read', (field, given, reason) => {
    expect(() => resolve(given)).toThrow(expect.objectContaining({ field, message: `${field}: ${reason}` }));
  });

  it('are settings like others, and no value stands in a refusal or in where it comes from', () => {
    const path = join(folder, 'config.yaml');
    writeFileSync(path, `dokku: { hosts: { main: { destination: "dokku@${ref('env:TOKEN')}" } } }\n`);
    const loaded = loadConfig({ config: path }, env);
    expect(loaded.config.dokku.hosts.main?.destination).toBe('dokku@from-the-env');
    expect(loaded.secrets).toEqual(['from-the-env']);
    expect(loaded.origin).toEqual({ main: path, 'dokku.hosts.main.destination': 'env:TOKEN' });
    writeFileSync(
      path,
      `security: { git_hosts: ["${ref('env:BAD')}"] }\nlogging: { level: "${ref('env:BAD')}" }\n`,
    );
    expect(() => loadConfig({ config: path }, { BAD: 'S3cr3t !' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('S3cr3t') }),
    );
  });

  it('are read in a policy too, also in one of its own file, as names that may be shown', () => {
    const apps = join(folder, 'apps');
    writeFileSync(apps, 'web-*\n');
    const rules = `[{ id: team, decision: allow, roles: ["${ref('env:TOKEN')}"], apps: ["${ref(`file:${apps}`)}"] }]`;
    const own = join(folder, 'policy.yaml');
    writeFileSync(own, `{ protected_apps: ["shop-${ref('env:TOKEN')}"], rules: ${rules} }\n`);
    const config = join(folder, 'with-policy.yaml');
    for (const text of [`{ policy_file: ./policy.yaml }`, `{ policy: ${readFileSync(own, 'utf8')} }`]) {
      writeFileSync(config, `security: ${text}\n`);
      const { config: read, secrets } = loadConfig({ config }, env);
      expect(read.security.policy).toEqual({
        protected_apps: ['shop-from-the-env'],
        rules: [{ id: 'team', decision: 'allow', roles: ['from-the-env'], apps: ['web-*'] }],
      });
      expect(secrets).toEqual([]);
    }
  });

  it.each([
    [
      ref('env:ABSENT'),
      'the environment has no variable ABSENT',
      'Set ABSENT where this server is started, or correct rules.0.apps.0',
    ],
    [ref('file:/no/such'), 'the file /no/such cannot be read (ENOENT)', 'Correct rules.0.apps.0'],
    [ref('TOKEN'), `${ref('TOKEN')} is no reference`, 'for the text itself'],
  ])('%s in a policy file: the refusal names the field and the file', (app, reason, wayOut) => {
    const own = join(folder, 'broken-policy.yaml');
    writeFileSync(own, `rules: [{ id: team, decision: allow, apps: ["${app}"] }]\n`);
    const refused = expect.objectContaining({
      field: 'rules.0.apps.0',
      message: `rules.0.apps.0: ${reason}`,
      remedy: expect.stringContaining(wayOut),
    });
    expect(() => loadConfig({ policy: own }, env)).toThrow(refused);
    expect(() => loadConfig({ policy: own }, env)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining(` in ${own}`) }),
    );
  });
});
