import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  firstRefusal,
  jsonOnly,
  knownHost,
  knownMethod,
  knownOrigin,
  LARGEST_BODY,
  LOOPBACK,
  notPacked,
  notTooLarge,
  plainTarget,
} from './guards.ts';

const allowed = {
  hosts: new Set([...LOOPBACK, 'mcp.example.com']),
  origins: new Set(['https://app.example.com']),
};
const request = (headers: Record<string, string>, more: Partial<IncomingMessage> = {}): IncomingMessage =>
  ({
    url: '/mcp',
    method: 'POST',
    rawHeaders: Object.entries(headers).flat(),
    headers,
    ...more,
  }) as IncomingMessage;
const status = (guard: Parameters<typeof firstRefusal>[0][number], headers: Record<string, string>) =>
  firstRefusal([guard], request(headers), allowed)?.status;

describe('guards', () => {
  it.each([
    ['localhost', undefined],
    ['LOCALHOST:1', undefined],
    ['127.0.0.1:7780', undefined],
    ['[::1]:7780', undefined],
    ['mcp.example.com', undefined],
    ['mcp.example.com.', 403],
    ['evil.example', 403],
    ['localhost@evil.example', 403],
    ['evil.example:80:80', 403],
    ['', 403],
  ])('Host: %s -> %s', (host, expected) => expect(status(knownHost, { host })).toBe(expected));

  it.each([
    ['http://localhost:3000', undefined],
    ['https://[::1]', undefined],
    ['https://app.example.com', undefined],
    ['https://app.example.com:8443', 403],
    ['http://app.example.com', 403],
    ['http://localhost.evil.example', 403],
    ['http://localhost@evil.example', 403],
    ['http://localhost:3000/', 403],
    ['null', 403],
    ['', 403],
  ])('Origin: %s -> %s', (origin, expected) => expect(status(knownOrigin, { origin })).toBe(expected));

  it('programs send no Origin', () => expect(status(knownOrigin, {})).toBeUndefined());

  it.each([
    ['application/json', undefined],
    ['Application/JSON; charset="UTF-8"', undefined],
    ['application/json; charset=utf-16', 415],
    ['application/json; boundary=x', 415],
    ['application/json-patch+json', 415],
    ['text/plain', 415],
  ])('Content-Type: %s -> %s', (type, expected) =>
    expect(status(jsonOnly, { 'content-type': type })).toBe(expected),
  );

  it.each([
    [{}, undefined],
    [{ 'content-encoding': 'identity' }, undefined],
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'transfer-encoding': 'chunked' }, undefined],
    [{ 'transfer-encoding': 'gzip, chunked' }, 415],
  ])('%j -> %s', (headers, expected) => expect(status(notPacked, headers)).toBe(expected));

  it('a body may have 1 MiB and no byte more', () => {
    expect(status(notTooLarge, { 'content-length': String(LARGEST_BODY) })).toBeUndefined();
    expect(status(notTooLarge, { 'content-length': String(LARGEST_BODY + 1) })).toBe(413);
    expect(status(notTooLarge, { 'content-length': 'many' })).toBe(413);
  });

  it('a header that decides stands there once, and the target is a path', () => {
    const twice = { rawHeaders: ['Host', 'a', 'X', 'b', 'hOST', 'c'] };
    expect(plainTarget(request({}, twice), allowed)).toMatchObject({ status: 400 });
    expect(plainTarget(request({}, { rawHeaders: ['Accept', 'a', 'Accept', 'b'] }), allowed)).toBeUndefined();
    expect(plainTarget(request({}, { url: 'http://localhost/mcp' }), allowed)).toMatchObject({ status: 400 });
  });

  it('a method that is not taken is told those that are', () => {
    expect(knownMethod(request({}, { method: 'POST' }), ['POST'])).toBeUndefined();
    expect(knownMethod(request({}, { method: 'get' }), ['POST', 'DELETE'])).toMatchObject({
      status: 405,
      headers: { allow: 'POST, DELETE' },
    });
  });
});
