import type { KeyStore } from './keys.ts';

/* What the redis server prints at its start, its saves and its end. */

function stampOf(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day} ${month} ${year} ${time}.${String(Math.floor(now) % 1000).padStart(3, '0')}`;
}

const line = (role: string, now: number, level: string, text: string): string =>
  `${role} ${stampOf(now)} ${level} ${text}`;

const OVERCOMMIT =
  "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled, it can can also cause failures without low memory condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl vm.overcommit_memory=1' for this to take effect.";

function startLines(now: number): string[] {
  return [
    line('1:C', now, '#', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo'),
    line('1:C', now, '#', 'Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid=1, just started'),
    line('1:C', now, '#', 'Configuration loaded'),
    line('1:M', now, '*', 'monotonic clock: POSIX clock_gettime'),
    line('1:M', now, '*', 'Running mode=standalone, port=6379.'),
    line('1:M', now, '#', 'Server initialized'),
    line('1:M', now, '#', OVERCOMMIT),
  ];
}

export function bootLines(now: number, keys: number): string[] {
  const loaded =
    keys === 0
      ? []
      : [
          line('1:M', now, '*', 'Loading RDB produced by version 7.0.15'),
          line('1:M', now, '*', 'RDB age 1 seconds'),
          line('1:M', now, '*', 'RDB memory usage when created 1.09 Mb'),
          line('1:M', now, '*', `Done loading RDB, keys loaded: ${keys}, keys expired: 0.`),
          line('1:M', now, '*', 'DB loaded from disk: 0.000 seconds'),
        ];
  return [...startLines(now), ...loaded, line('1:M', now, '*', 'Ready to accept connections')];
}

export function saveLines(now: number): string[] {
  return [
    line('1:M', now, '*', 'Background saving started by pid 48'),
    line('48:C', now, '*', 'DB saved on disk'),
    line('48:C', now, '*', 'Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB'),
    line('1:M', now, '*', 'Background saving terminated with success'),
  ];
}

export function stopLines(now: number): string[] {
  return [
    `1:signal-handler (${Math.floor(now / 1000)}) Received SIGTERM scheduling shutdown...`,
    line('1:M', now, '#', 'User requested shutdown...'),
    line('1:M', now, '*', 'Saving the final RDB snapshot before exiting.'),
    line('1:M', now, '*', 'DB saved on disk'),
    line('1:M', now, '#', 'Redis is now ready to exit, bye bye...'),
  ];
}

/** The server's refusal of a directive that it does not know. */
export const directiveFault = (number: number, text: string): string[] => [
  '',
  '*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***',
  `Reading the configuration file, at line ${number}`,
  `>>> '${text}'`,
  'Bad directive or wrong number of arguments',
];

/** A start that ends at a dump which cannot be loaded. */
export function loadFault(now: number, fault: NonNullable<KeyStore['fault']>): string[] {
  const says = (text: string): string => line('1:M', now, '#', text);
  if (fault === 'signature') {
    return [
      ...startLines(now),
      says('Wrong signature trying to load DB from file'),
      says('Fatal error loading the DB: Invalid argument. Exiting.'),
    ];
  }
  const offset = fault === 'empty' ? 0 : 9;
  return [
    ...startLines(now),
    says('Short read or OOM loading DB. Unrecoverable error, aborting now.'),
    says(
      `Internal error in RDB reading offset ${offset}, function at rdb.c:3241 -> Unexpected EOF reading RDB file`,
    ),
    `[offset ${offset}] Checking RDB file dump.rdb`,
    '--- RDB ERROR DETECTED ---',
    `[offset ${offset}] Unexpected EOF reading RDB file`,
    '[additional info] While doing: start',
    '[additional info] Reading type 0 (string)',
    '[info] 0 keys read',
    '[info] 0 expires',
    '[info] 0 already expired',
  ];
}
