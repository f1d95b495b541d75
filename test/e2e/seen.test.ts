import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { knowing } from '../support/names.ts';
import { stage } from '../support/stage.ts';

const LOOKS = { monitoring: { probe_after_deploy: true } };

describe.each(eras)('what the world sees after a deploy, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create web',
      'domains:set web shop.example.com gone.example.com third.example.com',
      'apps:create nameless',
      'domains:clear nameless',
    ],
    settings: LOOKS,
    env: knowing({ 'shop.example.com': ['127.0.0.1'], 'third.example.com': ['127.0.0.1'] }),
  });
  const asked: string[] = [];
  let nginx: Server;
  let port: number;
  let answer: { status: number; location?: string } = { status: 200 };
  beforeAll(async () => {
    nginx = createServer(({ method, url, headers }, response) => {
      asked.push(`${method} ${url} ${headers.host}`);
      const { status, location } = answer;
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
    await new Promise<void>((resolve) => nginx.listen(0, '127.0.0.1', resolve));
    port = (nginx.address() as AddressInfo).port;
    await on.sim.given(`ports:set web http:${port}:5000`, `ports:set nameless http:${port}:5000`);
  });
  afterAll(() => nginx.close());

  test('its first two domains are asked for once, at the address of the host', async () => {
    answer = { status: 301, location: 'https://shop.example.com/welcome?token=abc' };
    const { data, text } = await on.call('deploy_start', { app: 'web', image: 'demo/web:1' });
    const result = data.result as { status: string; seen: string[]; warnings: string[] };
    expect(result).toMatchObject({ status: 'succeeded', warnings: [] });
    expect(result.seen).toEqual([
      expect.stringMatching(
        new RegExp(
          `^http://shop\\.example\\.com:${port} answers 301 to https://shop\\.example\\.com/welcome \\(seen`,
        ),
      ),
      expect.stringMatching(/^gone\.example\.com leads nowhere: there is no such name \(seen/),
    ]);
    expect(text).toContain(`http://shop.example.com:${port} answers 301`);
    expect(asked).toEqual([`GET / shop.example.com:${port}`]);
    const again = await on.call('deploy_status', { app: 'web' });
    expect(again.data.seen).toEqual(result.seen);
    expect(asked).toHaveLength(1);
  });

  test('an error of the proxy leaves the deploy a success, and names the next call', async () => {
    answer = { status: 502 };
    const { isError, data, text } = await on.call('deploy_start', { app: 'web', rebuild: true });
    expect(isError).toBe(false);
    expect(data).toMatchObject({ result: { status: 'succeeded' } });
    expect(text).toContain(`http://shop.example.com:${port} answers 502`);
    expect(text).toMatch(/\nNext: app_diagnose \{"app":"web"\}$/);
  });

  test('deploy_status looks where nobody waited for the end', async () => {
    answer = { status: 200 };
    const impatient = await on.another({
      config: on.sim.configure({ mcp: { wait_seconds: 0 }, ...LOOKS }),
      env: knowing({ 'shop.example.com': ['127.0.0.1'] }),
    });
    asked.length = 0;
    const started = await impatient.call('deploy_start', { app: 'web', image: 'demo/web:2' });
    expect(started.data).toMatchObject({ result: { status: 'running', seen: [] } });
    const { id } = started.data.result as { id: string };
    const ended = await impatient.call('deploy_status', { app: 'web', id, wait_seconds: 50 });
    expect(ended.data).toMatchObject({
      status: 'succeeded',
      seen: [expect.stringContaining('answers 200'), expect.anything()],
    });
    expect(asked).toEqual([`GET / shop.example.com:${port}`]);
  });

  test('a rollback is looked at too; a deploy that is not the newest is not', async () => {
    answer = { status: 200 };
    const { data: first } = await on.call('deploy_start', { app: 'web', image: 'demo/web:3' });
    asked.length = 0;
    const back = await on.call('deploy_rollback', { app: 'web' });
    expect(back.data).toMatchObject({
      result: { status: 'succeeded', seen: [expect.stringContaining('answers 200'), expect.anything()] },
    });
    expect(asked).toEqual([`GET / shop.example.com:${port}`]);
    const { id } = first.result as { id: string };
    const old = await on.call('deploy_status', { app: 'web', id });
    expect(old.data).toMatchObject({ id, status: 'succeeded', seen: [] });
    expect(asked).toHaveLength(1);
  });

  test('an app without a domain is not asked for', async () => {
    asked.length = 0;
    const { data } = await on.call('deploy_start', { app: 'nameless', image: 'demo/web:1' });
    expect(data).toMatchObject({ result: { status: 'succeeded', seen: [] } });
    expect(asked).toEqual([]);
  });

  test('a policy that denies the question on demand denies it here, and so does the configuration', async () => {
    const policy = { rules: [{ id: 'no-probes', decision: 'deny', tools: ['domains_info'] }] };
    const env = knowing({ 'shop.example.com': ['127.0.0.1'] });
    for (const settings of [
      { ...LOOKS, security: { policy } },
      { monitoring: { probe_after_deploy: false } },
    ]) {
      asked.length = 0;
      const other = await on.another({ config: on.sim.configure(settings), env });
      const { data } = await other.call('deploy_start', { app: 'web', rebuild: true });
      expect(data).toMatchObject({ result: { status: 'succeeded', seen: [] } });
      expect(asked).toEqual([]);
    }
  });
});
