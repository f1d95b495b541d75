import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, createServer as createPlain, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../simulator/world/certificate.ts';
import { probe } from './probe.ts';
import { createReach } from './reach.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('probe', () => {
  it('asks the address it is given in the name of the domain, and follows nothing', async () => {
    const seen: string[] = [];
    const answer: RequestListener = ({ method, url, headers }, response) => {
      seen.push(`${method} ${url} ${headers.host}`);
      response.writeHead(301, { location: 'http://169.254.169.254/latest/' }).end('body');
    };
    const port = await listening(createServer(answer));
    const found = await probe(`http://shop.example.com:${port}/`, '127.0.0.1');
    expect(found).toEqual({
      url: `http://shop.example.com:${port}/`,
      status: 301,
      location: 'http://169.254.169.254/latest/',
    });
    expect(seen).toEqual([`GET / shop.example.com:${port}`]);
  });

  it('looks at a certificate that nobody vouches for and says so', async () => {
    const until = Date.UTC(2030, 0, 1);
    const name = [['CN', 'shop.example.com']] as const;
    const { certificate, key } = makeCertificate({
      subject: name,
      issuer: name,
      hostnames: ['shop.example.com'],
      from: 0,
      until,
    });
    const port = await listening(
      createSecure({ cert: certificate, key }, (_request, response) => response.end('ok')),
    );
    const found = await probe(`https://shop.example.com:${port}/`, '127.0.0.1');
    expect(found).toMatchObject({ status: 200, tls: { trusted: false, until } });
    expect(found.tls?.problem).toMatch(/SELF_SIGNED/);
  });

  it('says why there is no answer', async () => {
    const port = await listening(createPlain((socket) => socket.destroy()));
    expect((await probe(`http://x.example:${port}/`, '127.0.0.1')).failure).toBe('the connection was cut');
    const plain = await listening(createServer((_request, response) => response.end()));
    expect((await probe(`https://x.example:${plain}/`, '127.0.0.1')).failure).toMatch(/not TLS|failed/);
    for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect((await probe(`http://x.example:${port}/`, '127.0.0.1')).failure).toBe(
      'nothing listens on that port',
    );
  });

  it('ends when nobody waits for it any more', async () => {
    const port = await listening(createPlain(() => undefined));
    const stop = new AbortController();
    const waiting = probe(`http://x.example:${port}/`, '127.0.0.1', stop.signal);
    stop.abort();
    expect((await waiting).failure).toBe('it was cancelled');
  });
});

describe('the addresses of the host', () => {
  it.each([
    [{ destination: 'dokku@192.0.2.7' }, ['192.0.2.7']],
    [{ destination: 'dokku@[2001:db8::1]' }, ['2001:db8::1']],
    [{ destination: 'dokku@192.0.2.7', addresses: ['203.0.113.5'] }, ['203.0.113.5']],
    [{}, []],
  ])('%j: %j', async (options, addresses) => {
    expect(await createReach(options).hostAddresses()).toEqual(addresses);
  });
});
