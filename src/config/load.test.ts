import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ValidationError } from '../domain/errors.ts';
import { expand, loadConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
function file(text: string): string {
  count += 1;
  const path = join(folder, `${count}.yaml`);
  writeFileSync(path, text);
  return path;
}
/** No file of the person who runs the tests. */
const env = { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: '/state' };
const hostsOf = (given: Record<string, string>, flags = {}) =>
  loadConfig(flags, { ...env, ...given }).config.dokku.hosts;

describe('hosts', () => {
  it.each([
    ['dokku.example', 'dokku.example', 'dokku@dokku.example', undefined],
    ['root@dokku.example', 'dokku.example', 'root@dokku.example', undefined],
    ['dokku@dokku.example:2222', 'dokku.example', 'dokku@dokku.example', 2222],
    ['ssh://dokku@dokku.example:2222/', 'dokku.example', 'dokku@dokku.example', 2222],
    ['10.0.0.1', '10.0.0.1', 'dokku@10.0.0.1', undefined],
    ['[2001:db8::1]', '2001-db8--1', 'dokku@[2001:db8::1]', undefined],
    ['dokku@[2001:db8::1]:22', '2001-db8--1', 'dokku@[2001:db8::1]', 22],
    ['my-alias', 'my-alias', 'dokku@my-alias', undefined],
  ])('DOKKU_HOST=%s', (given, name, destination, port) => {
    expect(hostsOf({ DOKKU_HOST: given })).toEqual({
      [name]: { destination, transport: 'auto', ...(port === undefined ? {} : { port }) },
    });
  });

  it('several, the first one being the default', () => {
    expect(Object.keys(hostsOf({ DOKKU_HOST: ' b.example , root@a.example,' }))).toEqual([
      'b.example',
      'a.example',
    ]);
    expect(Object.keys(hostsOf({}, { host: ['b', 'a'] }))).toEqual(['b', 'a']);
  });

  it('an empty DOKKU_HOST is none', () => {
    expect(hostsOf({ DOKKU_HOST: '' })).toEqual({});
    expect(Object.keys(hostsOf({ DOKKU_HOST: '', DOKKU_MCP_HOST: 'x' }))).toEqual(['x']);
  });

  it.each([
    ['-oProxyCommand=x', 'is like dokku@example.com'],
    ['dokku@-x', 'is like dokku@example.com'],
    ['a b', 'is like dokku@example.com'],
    ['x:0', 'a port is a number between 1 and 65535'],
    ['x:70000', 'a port is a number between 1 and 65535'],
    ['dokku@a,root@a', 'are called a'],
  ])('refuses %s', (given, words) => {
    expect(() => hostsOf({ DOKKU_HOST: given })).toThrow(words);
  });
});

describe('precedence', () => {
  const path = file(`
mcp: {read_only: true, wait_seconds: 10}
logging: {level: warn}
security: {git_hosts: [git.file.example], secret_dirs: [~/secrets]}
state: {dir: /from/file}
dokku:
  hosts:
    main: {destination: deploy@file.example, port: 22}
    spare: {destination: spare.example}
`);

  it('defaults', () => {
    const { config, stateDir, origin } = loadConfig({}, env);
    expect(config).toMatchObject({
      mcp: { read_only: false, wait_seconds: 45, exclude_tools: [] },
      dokku: { hosts: {}, max_channels: 6 },
      security: { reveal: false, max_processes: 20, secret_env: ['SECRET_*'], secret_dirs: [] },
      logging: { level: 'info' },
    });
    expect([stateDir, origin]).toEqual(['/state/dokku-mcp', {}]);
  });

  it('< file', () => {
    const { config, stateDir, origin } = loadConfig({}, { ...env, DOKKU_MCP_CONFIG: path });
    expect(config).toMatchObject({ mcp: { read_only: true, wait_seconds: 10 }, logging: { level: 'warn' } });
    expect(config.security.secret_dirs).toEqual([join(homedir(), 'secrets')]);
    expect([stateDir, origin]).toEqual(['/from/file', { main: path, spare: path }]);
  });

  it('< environment, which adds hosts before those of the file', () => {
    const { config, stateDir, origin } = loadConfig(
      { config: path },
      {
        ...env,
        DOKKU_HOST: 'new.example',
        DOKKU_MCP_READ_ONLY: 'no',
        DOKKU_MCP_REVEAL: 'TRUE',
        DOKKU_MCP_LOG_LEVEL: 'error',
        DOKKU_MCP_STATE_DIR: '/from/env',
        DOKKU_MCP_GIT_HOSTS: 'a.example,b.example',
        DOKKU_MCP_SECRET_DIRS: '/a,/b',
        DOKKU_MCP_SECRET_ENV: 'TOKEN_*',
        DOKKU_MCP_PORT: '2022',
      },
    );
    expect(Object.keys(config.dokku.hosts)).toEqual(['new.example', 'main', 'spare']);
    expect(config.dokku.hosts.main?.port).toBe(2022);
    expect(config).toMatchObject({
      mcp: { read_only: false },
      logging: { level: 'error' },
      security: {
        reveal: true,
        git_hosts: ['a.example', 'b.example'],
        secret_dirs: ['/a', '/b'],
        secret_env: ['TOKEN_*'],
      },
    });
    expect(stateDir).toBe('/from/env');
    expect(origin).toMatchObject({
      'new.example': expect.stringContaining('DOKKU_HOST') as unknown,
      main: path,
    });
  });

  it('< flags, which alone decide about the hosts', () => {
    const { config, stateDir, origin } = loadConfig(
      { config: path, host: ['main'], readOnly: true, port: '2', identity: '/k', stateDir: '~/s' },
      {
        ...env,
        DOKKU_HOST: 'new.example',
        DOKKU_MCP_READ_ONLY: 'false',
        DOKKU_MCP_PORT: '3',
        DOKKU_MCP_STATE_DIR: '/e',
      },
    );
    expect(config.dokku.hosts).toEqual({
      main: { destination: 'deploy@file.example', port: 2, identity: '/k', transport: 'auto' },
    });
    expect(config.mcp.read_only).toBe(true);
    expect(stateDir).toBe(join(homedir(), 's'));
    expect(origin).toEqual({ main: 'the flag --host' });
  });
});

describe('every error names the key, the reason and the way out', () => {
  it.each([
    ['mcp: {readonly: true}', 'mcp.readonly', 'is not a setting'],
    ['nonsense: 1', 'nonsense', 'is not a setting'],
    ['mcp: {wait_seconds: soon}', 'mcp.wait_seconds', 'number'],
    ['dokku: {hosts: {a: {destination: "-x"}}}', 'dokku.hosts.a.destination', 'is like dokku@example.com'],
    ['dokku: {hosts: {a: {destination: x, port: 0}}}', 'dokku.hosts.a.port', '1'],
    ['security: {git_hosts: ["a b"]}', 'security.git_hosts.0', 'is like git.example.com'],
    ['- a list', 'config', 'is not a map of settings'],
    ['a: [', 'config', 'line 1'],
  ])('%s', (text, field, reason) => {
    const path = file(text);
    const error = thrown(() => loadConfig({ config: path }, env));
    expect(error.field).toBe(field);
    expect(error.message).toContain(reason);
    expect(`${error.message} ${error.remedy}`).toContain(path);
  });

  it.each([
    [{ DOKKU_MCP_READ_ONLY: 'maybe' }, 'DOKKU_MCP_READ_ONLY', 'is true or false'],
    [{ DOKKU_HOST: 'x', DOKKU_MCP_PORT: 'abc' }, 'DOKKU_MCP_PORT', 'a number between 1 and 65535'],
    [{ DOKKU_MCP_LOG_LEVEL: 'loud' }, 'logging.level', 'debug'],
    [{ DOKKU_MCP_CONFIG: '/no/such/file' }, 'config', 'cannot read /no/such/file'],
  ])('%j', (given, field, reason) => {
    const error = thrown(() => loadConfig({}, { ...env, ...given }));
    expect(error.field).toBe(field);
    expect(error.message).toContain(reason);
    expect(error.remedy.length).toBeGreaterThan(0);
  });

  it('an empty file is no settings', () => {
    expect(loadConfig({ config: file('') }, env).config.dokku.hosts).toEqual({});
  });
});

describe('policy', () => {
  const rules = 'rules: [{id: a, decision: deny, apps: [shop]}]';
  const policyOf = (text: string, given: Record<string, string> = {}, flags = {}) =>
    loadConfig({ config: file(text), ...flags }, { ...env, ...given }).config.security;

  it('stands in the configuration or in a file of its own', () => {
    const expected = [{ id: 'a', decision: 'deny', apps: ['shop'] }];
    const own = file(rules);
    expect(policyOf(`security: {policy: {${rules}}}`).policy?.rules).toEqual(expected);
    expect(policyOf(`security: {policy_file: ${own}}`).policy?.rules).toEqual(expected);
    expect(policyOf(`security: {policy_file: ./${own.split('/').at(-1)}}`).policy?.rules).toEqual(expected);
    expect(policyOf('', { DOKKU_MCP_POLICY: own }).policy?.rules).toEqual(expected);
    expect(policyOf('').policy).toBeUndefined();
  });

  it('knows the role: operator < file < environment < flag', () => {
    expect(policyOf('').role).toBe('operator');
    expect(policyOf('security: {role: a}').role).toBe('a');
    expect(policyOf('security: {role: a}', { DOKKU_MCP_ROLE: 'b' }).role).toBe('b');
    expect(policyOf('security: {role: a}', { DOKKU_MCP_ROLE: 'b' }, { role: 'c' }).role).toBe('c');
  });

  it.each([
    [`security: {policy: {${rules}}, policy_file: /x}`, 'security.policy', 'there is a second policy in /x'],
    [
      'security: {policy: {rules: [{id: a, decision: deny, app: [x]}]}}',
      'security.policy.rules.0.app',
      'is not a setting',
    ],
    ['security: {policy_file: /no/such}', 'config', 'cannot read /no/such'],
    ['security: {role: "a b"}', 'security.role', 'is a name'],
  ])('%s is refused', (text, field, reason) => {
    const error = thrown(() => policyOf(text));
    expect([error.field, error.message]).toEqual([field, expect.stringContaining(reason)]);
  });

  it('names the policy file that is wrong', () => {
    const own = file('rulez: []');
    const error = thrown(() => policyOf(`security: {policy_file: ${own}}`));
    expect(error.field).toBe('rulez');
    expect(error.remedy).toContain(own);
  });
});

describe('expand', () => {
  it('knows the home of the user and leaves the rest', () => {
    expect([expand('~/x'), expand('/~/x'), expand('x')]).toEqual([join(homedir(), 'x'), '/~/x', 'x']);
  });
});

function thrown(work: () => unknown): ValidationError {
  try {
    work();
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
