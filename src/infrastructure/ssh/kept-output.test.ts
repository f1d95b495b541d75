import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptOutput } from './kept-output.ts';

describe('KeptOutput', () => {
  it('keeps a short stream whole and a long one as head and tail, however it is cut', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(chunks, fc.nat(100), (parts, limit) => {
        const output = new KeptOutput(limit);
        for (const part of parts) {
          const reused = Buffer.from(part);
          output.add(reused);
          reused.fill(0xee);
        }
        const all = Buffer.concat(parts);
        const head = Math.ceil(limit / 4);
        const expected =
          all.length <= limit
            ? all
            : Buffer.concat([all.subarray(0, head), all.subarray(all.length - (limit - head))]);
        const kept = output.kept();
        expect(kept.data.equals(expected)).toBe(true);
        expect(kept).toMatchObject({ bytes: all.length, truncated: all.length > limit });
      }),
      { numRuns: 2000 },
    );
  });

  it('can be read in between', () => {
    const output = new KeptOutput(8);
    output.add(Buffer.from('abcdefgh'));
    expect(output.kept()).toEqual({ data: Buffer.from('abcdefgh'), bytes: 8, truncated: false });
    output.add(Buffer.from('ij'));
    expect(output.kept()).toEqual({ data: Buffer.from('abefghij'), bytes: 10, truncated: true });
  });

  it('keeps nothing when told so, but counts', () => {
    const output = new KeptOutput(0);
    output.add(Buffer.from('abc'));
    expect(output.kept()).toEqual({ data: Buffer.alloc(0), bytes: 3, truncated: true });
  });
});
