import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AppName, BuildId, DomainName, EnvKey, PortMapping, ProcessName, ProcessType } from './names.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const only = (text: string, allowed: string) => [...text].every((char) => allowed.includes(char));

/** Text near the edge of the set: its own characters, look-alikes, and what could hurt on the way. */
const near = (allowed: string) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...allowed), maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...`${allowed}A_-.: /=*@\n\0é`), maxLength: 8 }),
    fc.string({ maxLength: 8 }),
  );

function accepts(schema: z.ZodType, text: fc.Arbitrary<string>, is: (text: string) => boolean): void {
  fc.assert(
    fc.property(text, (one) => {
      expect([one, schema.safeParse(one).success]).toEqual([one, is(one)]);
    }),
    { numRuns: 1_000 },
  );
}

describe('names are exactly what they should be', () => {
  it('AppName', () => {
    accepts(
      AppName,
      near(`${LOWER}${DIGITS}.-`),
      (text) => text !== '' && only(text[0] ?? '', LOWER + DIGITS) && only(text, `${LOWER}${DIGITS}.-`),
    );
    expect(AppName.safeParse('a'.repeat(100)).success).toBe(true);
    expect(AppName.safeParse('a'.repeat(101)).success).toBe(false);
  });

  it('ProcessType', () => {
    accepts(
      ProcessType,
      near(`${LOWER}${DIGITS}-_`),
      (text) => text !== '' && only(text[0] ?? '', LOWER) && only(text, `${LOWER}${DIGITS}-_`),
    );
  });

  it('ProcessName', () => {
    accepts(ProcessName, near(`ab1.-_`), (text) => {
      const [type = '', index, ...more] = text.split('.');
      const typed = type !== '' && only(type[0] ?? '', LOWER) && only(type, `${LOWER}${DIGITS}-_`);
      const number = index === undefined || (only(index, DIGITS) && /^[^0]/.test(index) && index.length <= 4);
      return typed && number && more.length === 0;
    });
  });

  it('EnvKey', () => {
    const letters = `${LOWER}${LOWER.toUpperCase()}_`;
    accepts(
      EnvKey,
      near(letters + DIGITS),
      (text) => text !== '' && only(text[0] ?? '', letters) && only(text, letters + DIGITS),
    );
  });

  it('BuildId', () => {
    accepts(
      BuildId,
      near(LOWER + DIGITS),
      (text) => text.length >= 8 && text.length <= 32 && only(text, LOWER + DIGITS),
    );
  });

  it('DomainName, brought to one form', () => {
    accepts(DomainName, near(`ab1.-*AB`), (given) => {
      const text = (given.endsWith('.') ? given.slice(0, -1) : given).toLowerCase();
      const labels = (text.startsWith('*.') ? text.slice(2) : text).split('.');
      const isLabel = (label: string) =>
        label !== '' &&
        label.length <= 63 &&
        only(label, `${LOWER}${DIGITS}-`) &&
        !label.startsWith('-') &&
        !label.endsWith('-');
      return labels.length >= 2 && labels.every(isLabel);
    });
    expect(DomainName.parse('WWW.Example.COM.')).toBe('www.example.com');
    expect(DomainName.safeParse(`${'a'.repeat(64)}.com`).success).toBe(false);
    expect(DomainName.safeParse(`${'a.'.repeat(126)}com`).success).toBe(false);
  });

  it('PortMapping', () => {
    const schemes = ['http', 'https', 'tcp', 'udp', 'grpc', 'grpcs'];
    const port = fc.oneof(
      fc.integer({ min: -1, max: 70_000 }).map(String),
      fc.constantFrom('', '080', '1e3', ' 1'),
    );
    const mapping = fc
      .tuple(fc.constantFrom(...schemes, 'ftp', 'HTTP', ''), port, port)
      .map((parts) => parts.join(':'));
    const isPort = (text = '') => only(text, DIGITS) && /^[1-9]/.test(text) && Number(text) <= 65_535;
    accepts(PortMapping, fc.oneof(mapping, near('http:80')), (text) => {
      const [scheme = '', host, container, ...more] = text.split(':');
      return schemes.includes(scheme) && isPort(host) && isPort(container) && more.length === 0;
    });
  });
});
