import { type FailureEntry, reached } from './diagnosis-entry.ts';
import {
  blocks,
  buildEvidence,
  crashEvidence,
  dockerErrors,
  firstOf,
  healthEvidence,
  lines,
  taskEvidence,
} from './diagnosis-evidence.ts';

/** What goes wrong from the build on, causes by phase, then what only names the step. The first match wins. */
export const rolloutFailures: readonly FailureEntry[] = [
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
    // plugins/common/common.go of Dokku: the file of the scale is empty after the host lost its power while it was written.
    code: 'SCALE_LOST',
    when: /^ !\s+invalid scale output stored by dokku: ?(.*)$/m,
    phase: 'start',
    cause: (match) =>
      match[1] === '' || match[1] === undefined
        ? 'the host has lost the scale of the app, so no process was started'
        : `the scale that the host has stored cannot be read: ${match[1]}`,
    advice: () => 'Set it again with ps_scale, like web: 1; that also starts the processes.',
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
