import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { createApp } from '../state.ts';
import {
  detectedPortMaps,
  formatPortMap,
  parsePortMaps,
  portsAfterCertificate,
  portsAfterCertificateRemoval,
  removePortMaps,
  storeDetectedPortMaps,
} from './port-maps.ts';

const maps = (text: string) => parsePortMaps(text).maps;

describe('parsePortMaps', () => {
  test.each([
    ['http:99999:5000', 'Invalid port map http:99999:5000 [hostPort=99999]'],
    ['http:80:0', 'Invalid port map http:80:0 [containerPort=0]'],
    ['80:5000', 'Invalid port map 80:5000 [len=2]'],
    ['http:x:1', 'Invalid port map http:x:1 [err=strconv.Atoi: parsing "x": invalid syntax]'],
    ['0', 'Invalid port map 0 [hostPort=0]'],
  ])('refuses %s', (text, fault) => {
    expect(parsePortMaps(text).fault).toBe(fault);
  });

  test('reads what formatPortMap writes', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(fc.constantFrom('http', 'https', 'grpc'), port, port, (scheme, hostPort, containerPort) => {
        const map = { scheme, hostPort, containerPort };
        expect(parsePortMaps(formatPortMap(map))).toEqual({ maps: [map] });
      }),
    );
  });
});

describe('mappings of an app', () => {
  test('a bare port takes every mapping of that port out', () => {
    const app = createApp('web', 0);
    app.ports = ['http:80:5000', 'https:443:5000', 'udp:80:53'];
    removePortMaps(app, maps('80'));
    expect(app.ports).toEqual(['https:443:5000']);
  });

  test('a certificate adds https to what was detected', () => {
    const host = new SimulatedHost();
    const app = createApp('web', 0);
    app.certificate = { certificate: '', key: '' };
    expect(detectedPortMaps(host, app).map(formatPortMap)).toEqual(['http:80:5000', 'https:443:5000']);
    storeDetectedPortMaps(host, app, maps('http:3000:3000 udp:53:53'));
    expect(detectedPortMaps(host, app).map(formatPortMap)).toEqual(['https:3000:3000', 'udp:53:53']);
  });

  test('a certificate brings its twin of http:80, and takes it away again', () => {
    const host = new SimulatedHost();
    const app = createApp('web', 0);
    app.ports = ['http:80:5000', 'http:8080:5000'];
    portsAfterCertificate(host, app);
    expect(app.ports).toEqual(['http:8080:5000', 'http:80:5000', 'https:443:5000']);
    portsAfterCertificateRemoval(host, app);
    expect(app.ports).toEqual(['http:8080:5000', 'http:80:5000']);
  });
});
