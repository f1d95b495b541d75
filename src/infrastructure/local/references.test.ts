import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createReferences, fingerprints } from './references.ts';

const folder = mkdtempSync(join(tmpdir(), 'references-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inside = join(folder, 'allowed');
mkdirSync(join(inside, 'deeper'), { recursive: true });
mkdirSync(join(folder, 'allowed-not'));
const put = (path: string, content: string | Buffer) => writeFileSync(join(folder, path), content);
put('allowed/key', 'line 1\nline 2\n');
put('allowed/crlf', 'value\r\n');
put('allowed/deeper/key', 'deep');
put('allowed/binary', Buffer.from([0xff, 0xfe, 0x00]));
put('allowed/large', 'x'.repeat(1_000_001));
put('outside', 'canary');
put('allowed-not/key', 'canary');
symlinkSync(join(folder, 'outside'), join(inside, 'link-out'));
symlinkSync(folder, join(inside, 'folder-out'));
symlinkSync(join(inside, 'key'), join(inside, 'link-in'));
execFileSync('mkfifo', [join(inside, 'pipe')]);
symlinkSync(inside, join(folder, 'link-to-allowed'));

const environment = { SECRET_A: 'a', SECRET_: 'short', MY_SECRET_B: 'b', EXACT: 'e', A1_MID_2: 'mid' };
const references = (dirs: readonly string[] = [inside], env: readonly string[] = ['SECRET_*']) =>
  createReferences({ env, dirs, environment });

describe('files', () => {
  it.each([
    ['key', 'line 1\nline 2'],
    ['crlf', 'value'],
    ['deeper/key', 'deep'],
    ['link-in', 'line 1\nline 2'],
    ['deeper/../key', 'line 1\nline 2'],
  ])('%s is read without its last line end', async (path, text) => {
    expect(await references().file(join(inside, path))).toBe(text);
  });

  it('may be named by a directory that is itself a symbolic link', async () => {
    expect(await references([join(folder, 'link-to-allowed')]).file(join(inside, 'key'))).toContain('line 1');
  });

  it.each([
    'outside',
    'allowed-not/key',
    'allowed/../outside',
    'allowed/link-out',
    'allowed/folder-out/outside',
    'allowed/none',
    'allowed',
  ])('%s is refused, and nothing tells whether it exists', async (path) => {
    await expect(references().file(join(folder, path))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      message: expect.stringContaining('security.secret_dirs') as unknown,
    });
  });

  it('none is read while no directory is configured', async () => {
    await expect(references([]).file(join(inside, 'key'))).rejects.toThrow('none configured');
  });

  it.each([
    ['deeper', 'is not a plain file'],
    ['pipe', 'is not a plain file'],
    ['binary', 'is not text (UTF-8)'],
    ['large', 'is larger than'],
  ])('%s %s', async (path, reason) => {
    const failure = references().file(join(inside, path));
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(failure).rejects.toThrow(reason);
  });
});

describe('environment', () => {
  it.each([
    [['SECRET_*'], 'SECRET_A', true],
    [['SECRET_*'], 'SECRET_', true],
    [['SECRET_*'], 'MY_SECRET_B', false],
    [['*SECRET*'], 'MY_SECRET_B', true],
    [['A*MID*2'], 'A1_MID_2', true],
    [['A*NOT*2'], 'A1_MID_2', false],
    [['EXACT'], 'EXACT', true],
    [['EXAC.'], 'EXACT', false],
    [['EXACT'], 'EXACTLY', false],
    [[], 'EXACT', false],
  ])('%j lets %s through: %s', (patterns, name, allowed) => {
    const read = () => references([], patterns).env(name);
    if (allowed) expect(read()).toBe(environment[name as keyof typeof environment]);
    else expect(read).toThrow(/security\.secret_env/);
  });

  it('says when an allowed variable is not there', () => {
    expect(() => references().env('SECRET_NONE')).toThrow('has no variable SECRET_NONE');
  });
});

describe('generate', () => {
  it('makes letters and digits of the wanted length, each time others', () => {
    const made = Array.from({ length: 50 }, () => references().generate(32));
    for (const one of made) expect(one).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(new Set(made).size).toBe(50);
  });
});

describe('fingerprints', () => {
  it('are equal for equal values on one installation, others on another, with a private key', () => {
    const [one, two] = [join(folder, 'state-1'), join(folder, 'state-2')];
    const print = fingerprints(one)('value');
    expect(print).toMatch(/^[0-9a-f]{8}$/);
    expect(fingerprints(one)('value')).toBe(print);
    expect(fingerprints(one)('other')).not.toBe(print);
    expect(fingerprints(two)('value')).not.toBe(print);
    expect(statSync(join(one, 'fingerprint.key')).mode & 0o777).toBe(0o600);
  });
});
