import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveUrl, archiveTypeOf, GitRef, GitUrl, ImageRef, sourceOf } from './source.ts';

const ok = (schema: { safeParse(value: unknown): { success: boolean } }, value: string) =>
  schema.safeParse(value).success;

describe('GitUrl', () => {
  it.each([
    'https://github.com/team/app.git',
    'https://git.example.com:8443/team/app',
    'ssh://git@git.example.com:2222/team/app.git',
    'git@github.com:team/app.git',
    'deploy@host.internal:/srv/git/app.git',
    'git://host/app',
    'http://host/app.git',
  ])('takes %s', (url) => expect(ok(GitUrl, url)).toBe(true));

  it.each([
    '',
    '-oProxyCommand=id',
    '--upload-pack=id',
    'file:///etc',
    'ext::sh -c id',
    '/srv/git/app',
    '../app',
    'ssh://-oProxyCommand=id/x',
    'git@-host:app',
    'git@host:-app',
    'https://host',
    'https://host/a b',
    'https://host/a#main',
    "https://host/a'b",
    'https://host/a\nb',
    'https://host/a$(id)',
    'fd::17',
    'transport::address',
  ])('refuses %j', (url) => expect(ok(GitUrl, url)).toBe(false));

  it.each([
    'https://me:secret-token@github.com/a/b',
    'https://ghp_secrettoken@github.com/a/b',
    'ssh://git:secret@h/a',
  ])('refuses credentials without repeating them: %s', (url) => {
    const message = JSON.stringify(GitUrl.safeParse(url).error?.issues);
    expect(message).toContain('git:auth');
    expect(message).not.toContain('secret');
  });
});

describe('GitRef', () => {
  it.each(['main', 'v1.2.3', 'feature/x_y-z', 'eed6aa3d0a8b4f0f0f0f0f0f0f0f0f0f0f0f0f0f', 'release-2026.11'])(
    'takes %s',
    (ref) => expect(ok(GitRef, ref)).toBe(true),
  );
  it.each([
    '',
    '-x',
    '--force',
    'a..b',
    'HEAD@{1}',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a//b',
    'a/',
    'a.lock',
    'a/.b',
    'a.',
    '@',
    '.a',
  ])('refuses %j', (ref) => expect(ok(GitRef, ref)).toBe(false));
});

describe('ImageRef', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each([
    'nginx',
    'demo/web:1',
    'ghcr.io/team/app:v1.2_x',
    'localhost:5000/a/b',
    'registry.example.com:443/a__b/c-d',
    `team/app@${digest}`,
    `a:1@${digest}`,
  ])('takes %s', (image) => expect(ok(ImageRef, image)).toBe(true));
  it.each([
    '',
    '-x',
    "'demo/web:1'",
    'Demo/Web',
    'a b',
    'a:',
    'a@sha256:12',
    'https://a/b',
    'a/../b',
    'a:b:c',
    '--force',
    'a$(id)',
  ])('refuses %j', (image) => expect(ok(ImageRef, image)).toBe(false));
});

describe('ArchiveUrl', () => {
  it.each(['https://example.com/app.tar.gz', 'http://10.0.0.1:8080/a?sig=a%2Bb&x=1'])('takes %s', (url) =>
    expect(ok(ArchiveUrl, url)).toBe(true),
  );
  it.each([
    '--',
    'file:///etc/passwd',
    'ftp://h/a',
    'https://u:p@h/a',
    'https://h/a b',
    'https://h/a#x',
    "https://h/a'",
  ])('refuses %j', (url) => expect(ok(ArchiveUrl, url)).toBe(false));
});

describe('no accepted value can be read as an option or leave its word', () => {
  it('for any string', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-a-z:/@.'" $]{0,20}$/)), (text) =>
        [GitUrl, GitRef, ImageRef, ArchiveUrl].every(
          (schema) => !ok(schema, text) || (!text.startsWith('-') && !/[\s'"\\$`]/.test(text)),
        ),
      ),
    );
  });
});

describe('sourceOf', () => {
  it('makes each kind', () => {
    expect(sourceOf({ image: 'a:1' })).toEqual({ kind: 'image', image: 'a:1' });
    expect(sourceOf({ git_url: 'u', ref: 'main' })).toEqual({ kind: 'git', url: 'u', ref: 'main' });
    expect(sourceOf({ git_url: 'u' })).toEqual({ kind: 'git', url: 'u' });
    expect(sourceOf({ archive_url: 'https://h/a.zip' })).toEqual({
      kind: 'archive',
      url: 'https://h/a.zip',
      type: 'zip',
    });
    expect(sourceOf({ rebuild: true })).toEqual({ kind: 'rebuild' });
  });

  it.each([
    [{}, /nothing says what to deploy/],
    [{ rebuild: false }, /nothing says what to deploy/],
    [{ image: 'a', git_url: 'u' }, /image and git_url cannot be deployed together/],
    [{ image: 'a', ref: 'main' }, /a ref belongs to a git_url/],
    [{ rebuild: true, archive_type: 'zip' as const }, /archive type belongs/],
  ])('refuses %j', (input, message) => {
    expect(() => sourceOf(input)).toThrow(message);
  });

  it('reads the archive type from the path alone', () => {
    expect(archiveTypeOf('https://h/a.tgz?x=.zip')).toBe('tar.gz');
    expect(archiveTypeOf('https://h/download')).toBe('tar');
  });
});
