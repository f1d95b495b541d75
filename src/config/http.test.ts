import { describe, expect, it } from 'vitest';
import { listenOn, refuseOpenDoors } from './http.ts';
import { loadConfig } from './load.ts';
import { ConfigSchema } from './schema.ts';

const env = { XDG_CONFIG_HOME: '/no/such/folder' };
const httpOf = (flags = {}, more: Record<string, string> = {}) =>
  loadConfig(flags, { ...env, ...more }).config.mcp.http;
const token = { name: 'a', role: 'a', sha256: '0'.repeat(64) };

describe('where it listens', () => {
  it.each([
    [{}, {}, '127.0.0.1:7780'],
    [{}, { DOKKU_MCP_LISTEN: '127.0.0.1:1' }, '127.0.0.1:1'],
    [{}, { PORT: '5000' }, '127.0.0.1:5000'],
    [{}, { DOKKU_MCP_LISTEN: '0.0.0.0:1', PORT: '5000' }, '0.0.0.0:5000'],
    [{ listen: '[::1]:2' }, { DOKKU_MCP_LISTEN: '0.0.0.0:1', PORT: '5000' }, '[::1]:2'],
  ])('%j %j -> %s', (flags, more, expected) => expect(httpOf(flags, more).listen).toBe(expected));

  it('over stdio unless it is said: default < environment < flag', () => {
    expect(httpOf().enabled).toBe(false);
    expect(httpOf({}, { DOKKU_MCP_HTTP: 'true' }).enabled).toBe(true);
    expect(httpOf({ http: true }, { DOKKU_MCP_HTTP: 'false' }).enabled).toBe(true);
  });

  it.each([
    [{ listen: '7780' }, {}, 'is like 127.0.0.1:7780'],
    [{}, { PORT: 'auto' }, 'PORT: is a port number'],
  ])('%j %j is refused', (flags, more, reason) => expect(() => httpOf(flags, more)).toThrow(reason));

  it('an address of IPv6 stands in brackets', () => {
    expect(listenOn({ listen: '[::1]:7780' })).toEqual({ host: '::1', port: 7780 });
    expect(listenOn({ listen: 'localhost:0' })).toEqual({ host: 'localhost', port: 0 });
  });
});

describe('refuseOpenDoors', () => {
  const open =
    (http: object, security: object = { tokens: [token] }) =>
    () =>
      refuseOpenDoors(ConfigSchema.parse({ mcp: { http }, security }));

  it.each(['127.0.0.1:7780', '127.0.0.2:1', '[::1]:7780', 'localhost:7780'])('%s is this machine', (listen) =>
    expect(open({ listen })).not.toThrow(),
  );

  it.each(['0.0.0.0:7780', '[::]:7780', '10.0.0.1:7780', 'localhost.example.com:7780', '1127.0.0.1:1'])(
    '%s needs TLS before it',
    (listen) => {
      expect(open({ listen })).toThrow('can be reached from other machines');
      expect(open({ listen, tls_by_proxy: true })).not.toThrow();
    },
  );

  it('wants to know who may call', () => {
    expect(open({}, {})).toThrow('nothing says who may use this server');
    const jwt = { issuer: 'https://id.example.com', audience: 'x', jwks_file: '/keys', role: 'a' };
    expect(open({}, { jwt })).not.toThrow();
  });
});
