import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/support/transcript.ts';
import { diagnose, outputWarnings } from './diagnosis.ts';

const multi = 'git:sync --build multi git://127.0.0.1/multi.git';

/** Recorded failures: story, command line, which of its answers, code, phase, and what cause and evidence must name. */
const failures: readonly [string, string, number, string, string, RegExp, RegExp][] = [
  [
    '03-deploy-image',
    'git:from-image web demo/web:1',
    1,
    'NO_CHANGES',
    'fetch',
    /very source/,
    /No changes detected/,
  ],
  [
    '03-deploy-image',
    'git:from-image web demo/web:3',
    0,
    'CRASHED_AT_BOOT',
    'start',
    /DATABASE_URL is missing/,
    /^fatal: required setting DATABASE_URL is missing$/m,
  ],
  [
    '03-deploy-image',
    'git:from-image web demo/nothere:9',
    0,
    'IMAGE_NOT_FOUND',
    'fetch',
    /demo\/nothere:9.*no such host/,
    /Error response from daemon/,
  ],
  [
    '03-deploy-image',
    'git:from-image nope demo/web:1',
    0,
    'APP_NOT_FOUND',
    'fetch',
    /"nope"/,
    /does not exist/,
  ],
  [
    '12-dispatcher',
    "git:from-image q1 'demo/web:1'",
    0,
    'INVALID_IMAGE',
    'fetch',
    /does not accept/,
    /invalid reference format/,
  ],
  ['04-git', `${multi} main`, 0, 'PREDEPLOY_TASK_FAILED', 'release', /no \/bin\/bash/, /stat \/bin\/bash/],
  ['04-git', `${multi} broken`, 0, 'BUILD_FAILED', 'build', /exit code: 2/, /cannot find module \.\/missing/],
  [
    '13-git-deploy',
    `${multi} broken`,
    0,
    'BUILD_FAILED',
    'build',
    /exit code: 2/,
    /cannot find module \.\/missing/,
  ],
  [
    '13-git-deploy',
    `${multi} failing-release`,
    0,
    'RELEASE_TASK_FAILED',
    'release',
    /exit 4/,
    /migration 0042 failed: duplicate column/,
  ],
  [
    '13-git-deploy',
    'ps:rebuild multi',
    0,
    'HEALTH_CHECK_FAILED',
    'health check',
    /"web check" failed: unexpected status code: 503/,
    /db down/,
  ],
  ['04-git', 'ps:rebuild multi', 0, 'PREDEPLOY_TASK_FAILED', 'release', /bash/, /stat \/bin\/bash/],
  [
    '04-git',
    'git:sync --build multi git://127.0.0.1/none.git main',
    0,
    'REPOSITORY_NOT_FOUND',
    'fetch',
    /no such repository/,
    /not exported/,
  ],
  [
    '04-git',
    'git:sync multi not-a-url',
    0,
    'REPOSITORY_NOT_FOUND',
    'fetch',
    /no such repository/,
    /not-a-url/,
  ],
  ['04-git', `${multi} no-such-branch`, 0, 'REF_NOT_FOUND', 'fetch', /"no-such-branch"/, /not a valid SHA1/],
  [
    '04-git',
    'git:from-archive multi http://127.0.0.1:1/app.tar.gz',
    0,
    'ARCHIVE_UNREACHABLE',
    'fetch',
    /Failed to connect to 127\.0\.0\.1/,
    /curl: \(7\)/,
  ],
  [
    '32-postgres-link',
    'ps:restart svc-app',
    -1,
    'SERVICE_MISSING',
    'start',
    /postgres service "svc-db"/,
    /No such container/,
  ],
  [
    '42-redis-link',
    'ps:restart svc-app',
    -1,
    'SERVICE_MISSING',
    'start',
    /redis service "svc-cache"/,
    /No such container/,
  ],
  [
    '03-deploy-image',
    'git:from-image web',
    0,
    'UNKNOWN',
    'unknown',
    /exit code 1/,
    /Please specify a docker image/,
  ],
  [
    '04-git',
    'git:load-image multi demo/loaded:1',
    0,
    'UNKNOWN',
    'unknown',
    /exit code 1/,
    /no such file or directory/,
  ],
];

function failing(story: string, line: string, nth: number) {
  if (nth >= 0) return recorded(story, line, nth);
  for (let index = 0; ; index++) {
    const answer = recorded(story, line, index);
    if (answer.exit !== 0) return answer;
  }
}

describe('diagnose tells recorded failures apart', () => {
  it.each(failures)('%s: %s (%i) is %s', (story, line, nth, code, phase, cause, evidence) => {
    const { stdout, stderr, exit } = failing(story, line, nth);
    const diagnosis = diagnose({ output: stdout + stderr, exit: Number(exit) });
    expect(diagnosis).toMatchObject({ code, phase });
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.evidence.join('\n')).toMatch(evidence);
    expect(diagnosis.evidence.length).toBeLessThanOrEqual(10);
    expect(new Set(diagnosis.evidence).size).toBe(diagnosis.evidence.length);
    expect(diagnosis.advice).not.toBe('');
  });
});

/** Texts that docker, git and Dokku 0.38 have in their sources; no recorded host said them. */
const others: readonly [string, string][] = [
  [
    '-----> Deploying shop via the docker-local scheduler...\n-----> Running post-deploy\n !     invalid scale output stored by dokku: \n',
    'SCALE_LOST',
  ],
  [
    " !     web currently has a deploy lock in place. Exiting...\n !     Run 'apps:unlock' to release it",
    'LOCKED',
  ],
  [
    'Error response from daemon: toomanyrequests: You have reached your pull rate limit.\n !     Failed to pull image: a',
    'REGISTRY_RATE_LIMIT',
  ],
  [
    'Error response from daemon: Head "https://ghcr.io/v2/x/manifests/1": unauthorized: x\n !     Failed to pull image: a',
    'REGISTRY_AUTH',
  ],
  [
    "Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n !     Failed to pull image: x",
    'REGISTRY_AUTH',
  ],
  [
    'Error response from daemon: manifest for x:9 not found: manifest unknown\n !     Failed to pull image: x:9',
    'IMAGE_NOT_FOUND',
  ],
  ['#8 ERROR: write /x: no space left on device\n !     App build failed', 'DISK_FULL'],
  [
    'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 137',
    'OUT_OF_MEMORY',
  ],
  [
    'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'REPOSITORY_ACCESS_DENIED',
  ],
  [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    'REPOSITORY_ACCESS_DENIED',
  ],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'HOST_KEY_OF_GIT_SERVER'],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", 'REPOSITORY_UNREACHABLE'],
  [
    'docker: Error response from daemon: driver failed: Bind for 0.0.0.0:80 failed: port is already allocated.',
    'PORT_CONFLICT',
  ],
  ['nginx: [emerg] unknown directive "x" in /home/dokku/a/nginx.conf:3', 'NGINX_CONFIG_INVALID'],
  [
    " !     Failure in name='port listening check': container listening on unexpected IPv4 interface",
    'HEALTH_CHECK_FAILED',
  ],
  [
    [
      " !     Failure in name='port listening check': container listening on expected IPv6 interface with an unexpected port: expected=5000 actual=7777",
      '       All checks successful (web.1)',
      '=====> Triggering early nginx proxy rebuild',
      '2026/11/25 19:57:09 [emerg] 874951#874951: no "ssl_certificate" is defined for the "listen ... ssl" directive in /home/dokku/api/nginx.conf:2',
      'nginx: configuration file /etc/nginx/nginx.conf test failed',
    ].join('\n'),
    'NGINX_CONFIG_INVALID',
  ],
];

describe('diagnose tells other known texts apart', () => {
  it('knows two apps that want TLS and plain HTTP of one port', () => {
    const output =
      '2026/11/25 19:57:09 [emerg] 8#8: no "ssl_certificate" is defined for the "listen ... ssl" directive in /home/dokku/api/nginx.conf:2';
    const { cause, advice, phase } = diagnose({ output, exit: 1 });
    expect(phase).toBe('proxy');
    expect(cause).toMatch(/configuration: no "ssl_certificate" is defined/);
    expect(advice).toContain('ports_set');
  });

  it.each(others)('%s', (output, code) => {
    expect(diagnose({ output, exit: 1 }).code).toBe(code);
  });
});

describe('diagnose is not led by the app', () => {
  it('ignores markers inside the output of a container', () => {
    const output = [
      "\u001b[1m\u001b[31m !     \u001b[0m\u001b[0mFailure in name='default': container has restarted 7 times",
      '=====> Start of web container output (6fb6470b3fa3 web.1)',
      '        !     No changes detected, skipping git commit',
      '       no space left on device',
      '=====> End of web container output (6fb6470b3fa3 web.1)',
    ].join('\n');
    expect(diagnose({ output, exit: 1 }).code).toBe('CRASHED_AT_BOOT');
  });

  it('always answers, briefly', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.option(fc.integer({ min: 0, max: 255 })),
        (output, exit) => {
          const diagnosis = diagnose({ output, ...(exit === null ? {} : { exit }) });
          return (
            diagnosis.evidence.length <= 10 &&
            diagnosis.evidence.every((line) => line.length <= 300 && line.trim() !== '') &&
            diagnosis.code !== '' &&
            diagnosis.cause !== ''
          );
        },
      ),
    );
  });
});

describe('outputWarnings', () => {
  it('sees that the app started without its variables', () => {
    const { stdout } = recorded('16-config-poison', 'git:from-image poison demo/web:1');
    expect(outputWarnings(stdout)).toEqual([expect.stringContaining('POISONED_CONFIG')]);
  });

  it('says nothing about an ordinary deploy', () => {
    expect(outputWarnings(recorded('13-git-deploy', `${multi} main`).stdout)).toEqual([]);
  });
});
