import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fromFiles } from './from-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes each argument from its file, byte for byte', () => {
  const path = join(folder, 'a=b.yaml');
  writeFileSync(path, 'app: shop\n');
  expect(fromFiles([`document=${path}`])).toEqual({ document: 'app: shop\n' });
  expect(fromFiles([])).toEqual({});
});

it.each([
  ['shop.yaml', 'is like document=shop.yaml'],
  ['document=/no/such/file', '/no/such/file cannot be read (ENOENT)'],
])('refuses %s and says why', (given, reason) => {
  expect(() => fromFiles([given])).toThrow(reason);
});
