import { describe, expect, it } from 'vitest';
import { portClashes, portsWithCertificate, standardPorts } from './tls-ports.ts';

describe('the ports of an app with a certificate', () => {
  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [[], ['http:80:5000'], ['http:80:5000', 'https:443:5000']],
    [[], ['http:5000:5000'], ['https:5000:5000']],
    [[], ['http:3000:3000', 'http:8080:8080'], ['https:3000:3000', 'https:8080:8080']],
    [['http:80:5000'], [], ['http:80:5000', 'https:443:5000']],
    [['http:80:5000', 'https:443:5000'], [], ['http:80:5000', 'https:443:5000']],
    [['http:8080:5000'], ['http:80:5000'], ['http:8080:5000']],
  ])('explicit %j, detected %j: %j', (mapped, detected, ports) => {
    expect(portsWithCertificate({ mapped, detected })).toEqual(ports);
  });

  it('go to 80 and 443, and leave what is no web where it is', () => {
    expect(standardPorts(['https:5000:5000', 'grpc:50051:50051'])).toEqual([
      'http:80:5000',
      'https:443:5000',
      'grpc:50051:50051',
    ]);
    expect(standardPorts(['grpc:50051:50051'])).toEqual(['grpc:50051:50051']);
  });
});

it('TLS without a certificate is no TLS, and plain HTTP on another port no clash', () => {
  const plain = { name: 'b', ports: ['http:5000:5000'], certificate: false };
  const secure = { name: 'a', ports: ['https:5000:5000'], certificate: true };
  expect(portClashes([secure, plain])).toEqual([{ port: '5000', secure: ['a'], plain: ['b'] }]);
  expect(portClashes([{ ...secure, certificate: false }, plain])).toEqual([]);
  expect(portClashes([secure, { ...plain, ports: ['http:80:5000'] }])).toEqual([]);
});
