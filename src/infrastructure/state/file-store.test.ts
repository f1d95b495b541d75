import { appendFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { stateStoreContract } from '../../../test/contract/state-store.ts';
import { FileStore } from './file-store.ts';
import { keyOf, pathOf } from './keys.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'file-store-'));
  folders.push(path);
  return path;
}
afterEach(async () => {
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

stateStoreContract('FileStore', async () => {
  const root = join(await folder(), 'state');
  return { open: () => new FileStore(root), cleanUp: () => rm(root, { recursive: true, force: true }) };
});

describe('FileStore on disk', () => {
  it('makes nothing before the first write, then only what the owner may read', async () => {
    const root = join(await folder(), 'state');
    const store = new FileStore(root);
    await store.get('a');
    await expect(stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
    await store.put('a/b', 1);
    await store.append('l/m', 1, { sync: true });
    const modes = new Map<string, number>();
    for (const name of ['.', 'docs', 'docs/a', 'logs/l', 'docs/a/b.json', 'logs/l/m.jsonl']) {
      modes.set(name, (await stat(join(root, name))).mode & 0o777);
    }
    expect([...modes.values()]).toEqual([0o700, 0o700, 0o700, 0o700, 0o600, 0o600]);
  });

  it('narrows a folder that others could read', async () => {
    const root = await folder();
    await mkdir(join(root, 'open'), { mode: 0o755 });
    await new FileStore(join(root, 'open')).put('a', 1);
    expect((await stat(join(root, 'open'))).mode & 0o777).toBe(0o700);
  });

  it('leaves a torn line out, and the record after it stays whole', async () => {
    const root = await folder();
    const store = new FileStore(root);
    await store.append('log', { n: 1 });
    await appendFile(join(root, 'logs', 'log.jsonl'), '{"n":2,"te');
    expect(await store.read('log')).toEqual([{ n: 1 }]);
    await store.append('log', { n: 3 });
    expect(await store.read('log')).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('leaves no temporary file behind', async () => {
    const root = await folder();
    const store = new FileStore(root);
    await store.put('a', 1);
    expect(await readdir(join(root, 'docs'))).toEqual(['a.json']);
  });
});

describe('pathOf', () => {
  const part = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => !text.includes('/'));

  it('never leaves its folder and is reversible for every key', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const key = parts.join('/');
        let path: string;
        try {
          path = pathOf(key);
        } catch {
          return key.split('/').some((segment) => new TextEncoder().encode(segment).length > 60);
        }
        const safe = path.split('/').every((segment) => /^[A-Za-z0-9_%-][A-Za-z0-9_%.-]*$/.test(segment));
        return safe && keyOf(path) === key;
      }),
    );
  });
});
