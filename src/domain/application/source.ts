import { z } from 'zod';
import { hideAddress } from '../address.ts';
import { ValidationError } from '../errors.ts';
import type { DeploySource } from './deployment.ts';

const host = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?';
const port = '(?::[0-9]{1,5})?';
const repositoryPath = '[A-Za-z0-9._~][A-Za-z0-9._~/+@%=-]*';
const webUrl = new RegExp(`^(?:https?|git)://${host}${port}/${repositoryPath}$`);
const sshUrl = new RegExp(`^ssh://(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?${host}${port}/${repositoryPath}$`);
const scpUrl = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]*@${host}:/?${repositoryPath}$`);

const holdsCredentials = (url: string): boolean =>
  /^https?:\/\/[^/]*@/i.test(url) || /^ssh:\/\/[^/@]*:[^/]*@/i.test(url);

/**
 * Address of a repository: https://, ssh:// or user@host:path; http:// and git:// only reach servers that the
 * configuration lists (infrastructure/source-hosts.ts). Nothing that git reads as an option, a local path or a
 * helper (`file:`, `ext::`), and no credentials: they would be stored and shown by the host.
 */
export const GitUrl = z
  .string()
  .max(2000, 'a repository address is at most 2000 characters long')
  .refine((url) => !holdsCredentials(url), {
    message:
      'a repository address must not hold a password or token; store it on the host with git:auth, or use the deploy key',
    abort: true,
  })
  .refine((url) => webUrl.test(url) || sshUrl.test(url) || scpUrl.test(url), {
    message:
      'a repository address is like https://host/team/app.git, ssh://git@host/app.git or git@host:team/app.git',
  });

/** A branch, tag or commit; nothing that git reads as an option, a range or a reflog entry. */
export const GitRef = z
  .string()
  .max(255, 'a ref is at most 255 characters long')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    'a ref is a branch, tag or commit: it begins with a letter or digit and holds only letters, digits and . _ / -',
  )
  .refine((ref) => !/\.\.|\/\/|\/\.|\.lock(?:\/|$)|[/.]$/.test(ref), {
    message:
      'git allows no "..", "//", "/.", ".lock" at the end of a part, and no "/" or "." at the end of a ref',
  });

const component = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const imageShape = new RegExp(
  `^(?:${host}${port}/)?${component}(?:/${component})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

const archiveShape = new RegExp(`^https?://${host}${port}/[A-Za-z0-9._~/+@%=&?:,;!*()-]*$`);

/** An image reference in docker's grammar: registry/name:tag or registry/name@sha256:digest. */
export const ImageRef = z
  .string()
  .max(500, 'an image reference is at most 500 characters long')
  .refine(
    (image) => imageShape.test(image),
    'an image is like ghcr.io/team/app:1.2 or team/app@sha256:<64 hex digits>: lower case name, no scheme, no blanks, no quotes',
  );

/** Address of an archive that the host itself fetches. */
export const ArchiveUrl = z
  .string()
  .max(4000, 'an archive address is at most 4000 characters long')
  .refine((url) => !holdsCredentials(url), {
    message: 'an archive address must not hold a password or token; use a signed address that expires',
    abort: true,
  })
  .refine(
    (url) => archiveShape.test(url),
    'an archive address begins with http:// or https:// and holds no blanks, quotes or fragment',
  );

export const ArchiveType = z.enum(['tar', 'tar.gz', 'zip']);
export type ArchiveType = z.infer<typeof ArchiveType>;

/** How a caller names a source: exactly one of image, git_url, archive_url and rebuild. */
export interface SourceInput {
  readonly image?: string | undefined;
  readonly git_url?: string | undefined;
  readonly ref?: string | undefined;
  readonly archive_url?: string | undefined;
  readonly archive_type?: ArchiveType | undefined;
  readonly rebuild?: boolean | undefined;
}

/** The one source that the fields name; INVALID_ARGUMENT when they name none, several, or a part of another one. */
export function sourceOf(input: SourceInput): DeploySource {
  const given = [
    input.image === undefined ? undefined : 'image',
    input.git_url === undefined ? undefined : 'git_url',
    input.archive_url === undefined ? undefined : 'archive_url',
    input.rebuild === true ? 'rebuild' : undefined,
  ].filter((name) => name !== undefined);
  if (given.length !== 1) {
    throw new ValidationError(
      given[0] ?? 'image',
      given.length === 0
        ? 'nothing says what to deploy'
        : `${given.join(' and ')} cannot be deployed together`,
      { wayOut: 'Give exactly one of image, git_url (with ref), archive_url or rebuild: true.' },
    );
  }
  if (input.ref !== undefined && input.git_url === undefined) {
    throw new ValidationError('ref', 'a ref belongs to a git_url', {
      wayOut: 'Give git_url too, or leave ref out.',
    });
  }
  if (input.archive_type !== undefined && input.archive_url === undefined) {
    throw new ValidationError('archive_type', 'an archive type belongs to an archive_url', {
      wayOut: 'Give archive_url too, or leave archive_type out.',
    });
  }
  if (input.image !== undefined) return { kind: 'image', image: input.image };
  if (input.git_url !== undefined) {
    return { kind: 'git', url: input.git_url, ...(input.ref === undefined ? {} : { ref: input.ref }) };
  }
  if (input.archive_url !== undefined) {
    return {
      kind: 'archive',
      url: input.archive_url,
      type: input.archive_type ?? archiveTypeOf(input.archive_url),
    };
  }
  return { kind: 'rebuild' };
}

/** The type that an address's path suggests; Dokku's own default is tar. */
export function archiveTypeOf(url: string): ArchiveType {
  const path = url.replace(/[?#].*$/, '').toLowerCase();
  if (path.endsWith('.zip')) return 'zip';
  return path.endsWith('.tar.gz') || path.endsWith('.tgz') ? 'tar.gz' : 'tar';
}

/** A source as it may be kept in clear: what signs its address, or lets in, is taken out. */
export function hideSource(source: DeploySource): DeploySource {
  return source.kind === 'git' || source.kind === 'archive'
    ? { ...source, url: hideAddress(source.url) }
    : source;
}

/** A source in a few words, for plans and answers. */
export function describeSource(source: DeploySource): string {
  switch (source.kind) {
    case 'image':
      return `image ${source.image}`;
    case 'git':
      return `${hideAddress(source.url)}${source.ref === undefined ? '' : ` at ${source.ref}`}`;
    case 'archive':
      return `${source.type} archive ${hideAddress(source.url)}`;
    case 'rebuild':
      return 'the source it has';
    case 'command':
      return source.command;
  }
}
