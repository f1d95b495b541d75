import { type FailureEntry, reached } from './diagnosis-entry.ts';
import { dockerErrors, firstOf } from './diagnosis-evidence.ts';

/** Refusals before anything happened, and sources that cannot be fetched. The first match wins. */
export const fetchFailures: readonly FailureEntry[] = [
  {
    code: 'LOCKED',
    when: /^ !\s+\S+ currently has a deploy lock in place\. Exiting/m,
    phase: 'fetch',
    cause: () =>
      'another deploy of this app was running; Dokku refused this one, but only after its source had been committed',
    advice: () =>
      'Wait for the running deploy (deploy_status), then deploy again: a rebuild now would build what was refused.',
  },
  {
    code: 'NO_CHANGES',
    when: /^ !\s+No changes detected, skipping git commit/m,
    phase: 'fetch',
    cause: () => 'the app was already set to this very source, so Dokku built nothing',
    advice: () =>
      'To build it again all the same, call deploy_start with rebuild: true (ps:rebuild). For a tag that moved, deploy the image by its digest.',
  },
  {
    code: 'APP_NOT_FOUND',
    when: /^ !\s+App (\S+) does not exist/m,
    phase: 'fetch',
    cause: (match) => `there is no app named "${match[1]}"`,
    advice: () => 'Call apps_list to see the apps; create it first with apps_create.',
  },
  {
    code: 'DISK_FULL',
    when: /no space left on device/i,
    phase: reached,
    cause: () => 'the disk of the host is full',
    advice: () =>
      'Free space on the host (dokku cleanup removes dead containers and dangling images), then deploy again.',
  },
  {
    code: 'REGISTRY_RATE_LIMIT',
    when: /toomanyrequests|pull rate limit|429 Too Many Requests/i,
    phase: reached,
    cause: () => 'the image registry refused the pull because of its rate limit',
    advice: () => 'Wait, or log the host in to the registry (dokku registry:login), then deploy again.',
  },
  {
    code: 'INVALID_IMAGE',
    when: /invalid reference format/,
    phase: 'fetch',
    cause: () => 'docker does not accept the name of the image',
    advice: () => 'Write it as registry/name:tag or registry/name@sha256:..., without quotes or blanks.',
  },
  {
    code: 'REGISTRY_AUTH',
    when: /unauthorized: |no basic auth credentials|denied: requested access|authentication required|(?<!may require 'docker login': )denied: (?:denied|permission)/i,
    phase: reached,
    cause: () => 'the image registry refused the login of the host',
    advice: () =>
      'Log the host in with dokku registry:login --password-stdin SERVER USER, then deploy again.',
    evidence: dockerErrors,
  },
  {
    code: 'IMAGE_NOT_FOUND',
    when: /^ !\s+Failed to pull image: (.*)$/m,
    phase: 'fetch',
    cause: (match, output) =>
      `the image ${match[1]} is not on the host and could not be pulled: ${firstOf(dockerErrors(output), 'docker gave no reason')}`,
    advice: () =>
      'Check name and tag, that the registry is reachable from the host, and that it needs no login.',
    evidence: dockerErrors,
  },
  {
    code: 'ARCHIVE_UNREACHABLE',
    when: /^curl: \((\d+)\) (.*)$/m,
    phase: 'fetch',
    cause: (match) => `the archive could not be downloaded: ${match[2]}`,
    advice: () => 'The host itself fetches the archive: check that it can reach the address.',
  },
  {
    code: 'ARCHIVE_INVALID',
    when: /^(?:tar|gzip|unzip|zstd): .*(?:not look like|not in gzip|unexpected end|End-of-central-directory|Exiting|error).*$/im,
    phase: 'fetch',
    cause: (match) => `the archive could not be unpacked: ${match[0]}`,
    advice: () => 'Check that archive_type (tar, tar.gz or zip) is what the address really serves.',
  },
  {
    code: 'HOST_KEY_OF_GIT_SERVER',
    when: /^Host key verification failed\./m,
    phase: 'fetch',
    cause: () => 'the Dokku host does not know the host key of the git server',
    advice: () => 'Run git:allow-host with the name of the git server, then deploy again.',
  },
  {
    code: 'REPOSITORY_ACCESS_DENIED',
    when: /Permission denied \(publickey|Authentication failed for|could not read (?:Username|Password)|terminal prompts disabled|HTTP Basic: Access denied|Invalid username or (?:password|token)|The requested URL returned error: 40[13]/,
    phase: 'fetch',
    cause: () => 'the git server refused access to the repository',
    advice: () =>
      'Give the host access: its deploy key (git:public-key) for ssh addresses, git:auth for https ones, then deploy again.',
  },
  {
    code: 'REPOSITORY_UNREACHABLE',
    when: /Could not resolve host(?:name)?|fatal: unable to (?:access|connect)|ssh: connect to host/,
    phase: 'fetch',
    cause: () => 'the Dokku host cannot reach the git server',
    advice: () => 'Check the address, DNS and firewall of the host.',
  },
  {
    code: 'REPOSITORY_NOT_FOUND',
    when: /access denied or repository not exported|does not appear to be a git repository|Repository not found|^fatal: repository '.*' (?:not found|does not exist)/m,
    phase: 'fetch',
    cause: () => 'there is no such repository at that address, or the host may not see it',
    advice: () =>
      'Check the address; for a private repository give the host access with its deploy key or git:auth.',
  },
  {
    code: 'REF_NOT_FOUND',
    when: /^fatal: (\S+)\^\{commit\}: not a valid SHA1|^fatal: Remote branch (\S+) not found|^error: pathspec '(.+)' did not match/m,
    phase: 'fetch',
    cause: (match) => `the repository has no branch, tag or commit "${match[1] ?? match[2] ?? match[3]}"`,
    advice: () =>
      'Name a ref that exists. The fetch has moved every branch of the app to the state of the repository, so a rebuild now may build something newer than what runs.',
  },
];
