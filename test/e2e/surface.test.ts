import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eras, type Session, startSession } from '../support/mcp.ts';

/** What a model is given of a tool. */
const seen = ({ name, description, inputSchema }: Record<string, unknown>) => ({
  name,
  description,
  inputSchema,
});
const tokens = (value: unknown) => Math.ceil(Buffer.byteLength(JSON.stringify(value)) / 4);

describe.each(eras)('without any host, %s', (era) => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession({ era });
  });
  afterAll(() => session.close());

  test('the tools are the ones that were agreed on', async () => {
    const { tools } = await session.client.listTools();
    const surface = tools.map(({ name, title, description, annotations, inputSchema }) => {
      const required = new Set(inputSchema.required);
      const fields = Object.keys(inputSchema.properties ?? {}).map((key) =>
        required.has(key) ? key : `${key}?`,
      );
      const hints = Object.entries(annotations ?? {}).flatMap(([hint, set]) => (set === true ? [hint] : []));
      return `${name}(${fields.join(', ')})\n  ${title} [${hints.join(' ')}]\n  ${description}\n`;
    });
    await expect(surface.join('\n')).toMatchFileSnapshot('surface.txt');
    const loose = tools.filter(
      ({ inputSchema }) => (inputSchema as { additionalProperties?: boolean }).additionalProperties !== false,
    );
    expect(loose).toEqual([]);
    expect(tools.filter(({ outputSchema }) => outputSchema === undefined)).toEqual([]);
  });

  test('the list stays within its budget', async () => {
    const list = await session.client.listTools();
    expect(list.tools.length).toBeLessThanOrEqual(25);
    expect(tokens(list.tools.map(seen))).toBeLessThanOrEqual(4_000);
    expect(tokens(list.tools)).toBeLessThanOrEqual(9_000);
  });

  test('annotations are true to the effect', async () => {
    const { tools } = await session.client.listTools();
    const of = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
    expect(of('apps_list')).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(of('apps_destroy')).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
    });
    expect(of('apps_create')).toMatchObject({ readOnlyHint: false, destructiveHint: false });
    expect(of('deploy_start')).toMatchObject({ readOnlyHint: false, idempotentHint: false });
    for (const { annotations, title } of tools) {
      expect(title).toMatch(/^[A-Z]/);
      expect(Object.keys(annotations ?? {}).sort()).toEqual(
        expect.arrayContaining(['destructiveHint', 'idempotentHint', 'openWorldHint', 'readOnlyHint']),
      );
    }
  });

  test.each(['apps_list', 'config_get', 'deploy_start'])('%s says how to configure a host', async (tool) => {
    const args = { apps_list: {}, config_get: { app: 'shop' }, deploy_start: { app: 'shop', rebuild: true } }[
      tool
    ];
    const { isError, code, text } = await session.call(tool, args);
    expect({ isError, code }).toEqual({ isError: true, code: 'HOST_NOT_CONFIGURED' });
    expect(text).toBe(
      'No Dokku host is configured.\nSet DOKKU_HOST=dokku@your-host or pass --host, then start the server again. [HOST_NOT_CONFIGURED]',
    );
  });

  test('starting and listing leave nothing behind', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'fresh-')), 'state');
    const fresh = await startSession({
      era,
      stateDir: state,
      env: { HOME: tmpdir(), DOKKU_HOST: 'dokku@192.0.2.1' },
    });
    await fresh.client.listTools();
    await fresh.client.listPrompts();
    await fresh.client.listResourceTemplates();
    await fresh.close();
    expect(existsSync(state) ? readdirSync(state) : []).toEqual([]);
    rmSync(join(state, '..'), { recursive: true });
  });

  test('a tool that does not exist is no crash', async () => {
    await expect(session.client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toThrow(
      /no_such_tool/,
    );
    expect((await session.client.listTools()).tools.length).toBeGreaterThan(0);
  });
});

describe.each(eras)('read-only, %s', (era) => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession({ era, args: ['--read-only', '--host', 'dokku@192.0.2.1'] });
  });
  afterAll(() => session.close());

  test('lists only what reads', async () => {
    const { tools } = await session.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'apps_list',
      'apps_info',
      'deploy_status',
      'builds_list',
      'logs_read',
      'config_get',
      'services_info',
      'changes_list',
      'host_review',
      'command_search',
      'command_query',
    ]);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  });

  test('refuses what is not listed, also by name and by the long tail', async () => {
    const created = await session.call('apps_create', { app: 'x' });
    expect(created.code).toBe('POLICY_DENIED');
    expect(created.text).toMatch(/apps_create .*read-only/);
    const { code, text } = await session.call('command_query', { name: 'apps:create', args: ['x'] });
    expect(code).not.toBe(undefined);
    expect(text).toMatch(/command_execute|read-only|only reads|changes/);
  });
});

describe.each(eras)('several hosts, %s', (era) => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession({ era, args: ['--host', 'dokku@192.0.2.1', 'dokku@192.0.2.2'] });
  });
  afterAll(() => session.close());

  test('every tool takes the host, and a wrong one is refused with the choice', async () => {
    const { tools } = await session.client.listTools();
    const hosts = tools.map(({ inputSchema }) => (inputSchema.properties?.host as { enum?: string[] })?.enum);
    expect(new Set(hosts.map(String))).toEqual(new Set(['192.0.2.1,192.0.2.2']));
    const { code, text } = await session.call('apps_list', { host: 'elsewhere' });
    expect(code).toBe('INVALID_ARGUMENT');
    expect(text).toMatch(/^host: .*192\.0\.2\.1.*192\.0\.2\.2/);
  });
});

test('standard output holds JSON-RPC and nothing else', async () => {
  const state = mkdtempSync(join(tmpdir(), 'raw-'));
  const server = spawn(process.execPath, ['dist/main.mjs', 'serve'], {
    env: { PATH: process.env.PATH, HOME: state, DOKKU_MCP_STATE_DIR: state },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let output = '';
  server.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.split('\n').length > 3) server.stdin.end();
  });
  const info = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const messages = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params: info },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'apps_list', arguments: {} } },
    { jsonrpc: '2.0', id: 3, method: 'no/such/method' },
  ];
  for (const message of messages) server.stdin.write(`${JSON.stringify(message)}\n`);
  const code = await new Promise((resolve) => server.once('close', resolve));
  const answers = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  expect(answers.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
  expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
  expect(answers.find(({ id }) => id === 3)).toMatchObject({ error: { code: -32601 } });
  expect(code).toBe(0);
  rmSync(state, { recursive: true });
});
