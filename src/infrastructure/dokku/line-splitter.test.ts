import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

describe('LineSplitter', () => {
  it('joins chunks into lines, wherever they are cut', () => {
    const bytes = Buffer.from('-----> héllo ☃\n\u001b[31mred\u001b[0m\r\n10%\r20%\nlast');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const splitter = new LineSplitter();
      const lines = [
        ...splitter.push(bytes.subarray(0, cut)),
        ...splitter.push(bytes.subarray(cut)),
        ...splitter.end(),
      ];
      expect(lines).toEqual(['-----> héllo ☃', 'red', '20%', 'last']);
    }
  });

  it('hands on a line without an end in pieces', () => {
    const splitter = new LineSplitter();
    const lines = [...splitter.push(Buffer.alloc(150_000, 'x')), ...splitter.end()];
    expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 18_928]);
  });

  it('gives nothing for nothing', () => {
    expect(new LineSplitter().end()).toEqual([]);
  });
});
