import type { Phase } from './deployment.ts';
import type { Block, ParsedOutput } from './output.ts';

/** One way in which a deploy fails, as Dokku 0.38, docker, git and curl say it. */
export interface FailureEntry {
  readonly code: string;
  /** Matched against Dokku's own lines, joined by line breaks. */
  readonly when: RegExp;
  /** `as reached`: the phase that the output had reached when the line came. */
  readonly phase: Phase | { readonly as: 'reached' };
  readonly cause: (match: RegExpExecArray, output: ParsedOutput) => string;
  readonly advice: (match: RegExpExecArray) => string;
  /** Lines that show the cause, besides the one that matched. */
  readonly evidence?: (output: ParsedOutput) => readonly string[];
}

const reached = { as: 'reached' } as const;

const blocks = (output: ParsedOutput, kind: Block['kind']): string[] =>
  output.blocks.filter((block) => block.kind === kind).flatMap((block) => block.lines);

const lines = (output: ParsedOutput, pattern: RegExp): string[] =>
  output.own.filter((line) => pattern.test(line));

const dockerErrors = (output: ParsedOutput): string[] =>
  lines(output, /^Error(?: response from daemon)?: |^error: /);

/** buildkit repeats the failing step between two rulers; other builders say it in their last lines. */
function buildEvidence(output: ParsedOutput): string[] {
  const first = output.own.indexOf('------');
  const last = output.own.indexOf('------', first + 1);
  if (first >= 0 && last > first) return output.own.slice(first + 1, last).concat(lines(output, /^ERROR: /));
  const failed = output.own.findIndex((line) => /^ !\s+App build failed/.test(line));
  return output.own.slice(Math.max(0, failed - 8), Math.max(0, failed));
}

const checkFailures = (output: ParsedOutput): string[] =>
  lines(output, /^ !\s+Failure in name=/).map((line) => line.replace(/^ !\s+/, ''));

/** A crash says more in its last lines than in its first. */
const crashEvidence = (output: ParsedOutput): string[] =>
  [...new Set(blocks(output, 'container').slice(-200))].slice(-7).concat(checkFailures(output));

const healthEvidence = (output: ParsedOutput): string[] => [
  ...checkFailures(output),
  ...new Set(blocks(output, 'healthcheck').slice(0, 4)),
  ...[...new Set(blocks(output, 'container').slice(-100))].slice(-4),
];

const taskEvidence = (output: ParsedOutput): string[] => [
  ...dockerErrors(output),
  ...[...new Set(blocks(output, 'task'))].slice(-6),
];

const firstOf = (candidates: readonly string[], otherwise: string): string =>
  candidates[0]?.trim() ?? otherwise;

/** First match wins: refusals before anything happened, then causes by phase, then what only names the step. */
export const failureTable: readonly FailureEntry[] = [
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
  {
    code: 'OUT_OF_MEMORY',
    when: /JavaScript heap out of memory|runtime: out of memory|[Cc]annot allocate memory|exit code: 137|signal: killed/,
    phase: reached,
    cause: () => 'the host ran out of memory, or a memory limit was reached',
    advice: () => 'Give the app or the host more memory (resource:limit, swap) or build the image elsewhere.',
    evidence: buildEvidence,
  },
  {
    code: 'BUILD_FAILED',
    when: /^(?:ERROR: failed to solve|ERROR: failed to build|Error: failed to build| !\s+App build failed)/m,
    phase: 'build',
    cause: (_match, output) =>
      `a step of the build failed: ${firstOf(
        lines(output, /^ERROR: failed to solve/).map((line) => line.replace(/^ERROR: failed to solve: /, '')),
        'see the evidence',
      )}`,
    advice: () => 'Mend what the evidence shows, push it, and deploy again. The version before it serves on.',
    evidence: buildEvidence,
  },
  {
    code: 'PREDEPLOY_TASK_FAILED',
    when: /^ !\s+Execution of predeploy task failed: (.*)$/m,
    phase: 'release',
    cause: (match, output) =>
      dockerErrors(output).some((line) => line.includes('/bin/bash'))
        ? 'the predeploy task of app.json could not start: the image has no /bin/bash, which Dokku needs for it'
        : `the predeploy task of app.json failed: ${match[1]}`,
    advice: () =>
      'Mend the task (or add bash to the image) and deploy again. The version before it serves on.',
    evidence: taskEvidence,
  },
  {
    code: 'RELEASE_TASK_FAILED',
    when: /^ !\s+Execution of (?:release|heroku\.postdeploy) task failed: (.*)$/m,
    phase: 'release',
    cause: (match) => `the release task failed: ${match[1]}`,
    advice: () =>
      'Mend the task and deploy again. The version before it serves on, but the task may have changed the database before it failed.',
    evidence: taskEvidence,
  },
  {
    code: 'SERVICE_MISSING',
    when: /could not get container for dokku\.([a-z]+)\.(\S+): No such container/,
    phase: 'start',
    cause: (match) => `the linked ${match[1]} service "${match[2]}" has no container`,
    advice: (match) => `Start the service (${match[1]}:start ${match[2]}) and deploy again.`,
  },
  {
    code: 'PORT_CONFLICT',
    when: /port is already allocated|address already in use|Ports are not available/,
    phase: reached,
    cause: () => 'a port that the app publishes is taken on the host',
    advice: () => 'Free the port, or change the published port of the app (docker-options, ports).',
    evidence: dockerErrors,
  },
  {
    code: 'CRASHED_AT_BOOT',
    when: /^ !\s+Failure in name='[^']*': container (?:has restarted \d+ times|state is not running)/m,
    phase: 'start',
    cause: (_match, output) =>
      `the app ended right after its start: ${
        blocks(output, 'container')
          .findLast((line) => line.trim() !== '')
          ?.trim() ?? 'it printed nothing'
      }`,
    advice: () => 'Mend what the app printed (a missing variable, a wrong command) and deploy again.',
    evidence: crashEvidence,
  },
  {
    // Before the checks: the proxy's turn comes after they passed, and a check that passed late has said Failure too.
    code: 'NGINX_CONFIG_INVALID',
    when: /^(?: !\s+)?(?:nginx: |[\d/]+ [\d:]+ )\[emerg\] (?:\d+#\d+: )?(.*)$|^ !\s+(Custom nginx\.conf\.sigil failed .*|Failed to validate .*nginx.*)$/m,
    phase: 'proxy',
    cause: (match) => `nginx does not accept the configuration: ${match[1] ?? match[2]}`,
    advice: (match) =>
      /no "ssl_certificate" is defined for the "listen/.test(match[1] ?? '')
        ? 'An app serves TLS on a port on which another serves plain HTTP, and nginx takes neither: lead one of them over another port (ports_set), like http:80:5000 and https:443:5000. Until then no app of the host gets a new proxy configuration.'
        : 'Mend the nginx settings or the nginx.conf.sigil of the app; the new containers run, the proxy may still point to the old ones.',
  },
  {
    code: 'HEALTH_CHECK_FAILED',
    when: /^ !\s+Failure in name='([^']*)': (.*)$/m,
    phase: 'health check',
    cause: (match) => `the health check "${match[1]}" failed: ${match[2]}`,
    advice: () =>
      'Make the app answer the check in time (or correct the check in app.json) and deploy again.',
    evidence: healthEvidence,
  },
  {
    code: 'HEALTH_CHECK_FAILED',
    when: /^ !\s+Could not start due to \d+ failed checks \(([^)]*)\)/m,
    phase: 'health check',
    cause: (match) => `the process ${match[1]} did not pass its checks`,
    advice: () => 'Read the output of the process in the evidence, mend it, and deploy again.',
    evidence: healthEvidence,
  },
  {
    code: 'POSTDEPLOY_TASK_FAILED',
    when: /^ !\s+Execution of postdeploy task failed: (.*)$/m,
    phase: 'end',
    cause: (match) => `the postdeploy task of app.json failed after the new version had started: ${match[1]}`,
    advice: () => 'The new version may already serve: look at what serves before you deploy again.',
    evidence: taskEvidence,
  },
];
