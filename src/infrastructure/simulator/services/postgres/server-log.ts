import type { ServerMoment } from '../server.ts';
import { VERSION_TEXT } from './version.ts';

/* What the postgres image prints: its start script, initdb and the server itself. */

type Writer = (pid: number, text: string) => void;

const stampOf = (now: number): string => `${new Date(now).toISOString().slice(0, 23).replace('T', ' ')}`;

function writer({ now, log }: ServerMoment): Writer {
  return (pid, text) => log(`${stampOf(now)} UTC [${pid}] LOG:  ${text}`);
}

const BEFORE_INIT = (folder: string): string[] => [
  'The files belonging to this database system will be owned by user "postgres".',
  'This user must also own the server process.',
  '',
  'The database cluster will be initialized with locale "C.UTF-8".',
  'The default database encoding has accordingly been set to "UTF8".',
  'The default text search configuration will be set to "english".',
  '',
  'Data page checksums are disabled.',
  '',
  `fixing permissions on existing directory ${folder} ... ok`,
  'creating subdirectories ... ok',
  'selecting dynamic shared memory implementation ... posix',
  'selecting default max_connections ... 100',
  'selecting default shared_buffers ... 128MB',
  'selecting default time zone ... Etc/UTC',
  'creating configuration files ... ok',
  'running bootstrap script ... ok',
  'performing post-bootstrap initialization ... ok',
  'syncing data to disk ... ok',
  '',
  '',
  'Success. You can now start the database server using:',
  '',
  `    pg_ctl -D ${folder} -l logfile start`,
  '',
];

/** What initdb prints before the server is started for the first time. */
export function initLines(folder: string): string[] {
  return [
    ...BEFORE_INIT(folder),
    'initdb: warning: enabling "trust" authentication for local connections',
    'initdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.',
  ];
}

/** A first start: initdb, a server for its set-up, and the real one. */
export function logFirstStart(moment: ServerMoment, folder: string): void {
  const { now, log } = moment;
  const write = writer(moment);
  const stamp = stampOf(now);
  for (const line of initLines(folder)) log(line);
  log(`waiting for server to start....${stamp} UTC [49] LOG:  starting ${VERSION_TEXT}`);
  write(49, 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
  write(52, `database system was shut down at ${stamp.slice(0, 19)} UTC`);
  write(49, 'database system is ready to accept connections');
  for (const line of [' done', 'server started', '']) log(line);
  log('/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/*');
  log('');
  write(49, 'received fast shutdown request');
  log(`waiting for server to shut down...${stamp} UTC [49] LOG:  aborting any active transactions`);
  log(
    `.${stamp} UTC [49] LOG:  background worker "logical replication launcher" (PID 55) exited with exit code 1`,
  );
  write(50, 'shutting down');
  write(50, 'checkpoint starting: shutdown immediate');
  write(50, checkpoint(3, 0));
  write(49, 'database system is shut down');
  for (const line of [' done', 'server stopped', '']) log(line);
  log('PostgreSQL init process complete; ready for start up.');
  log('');
  logServer(moment, 63);
}

/** A start on a folder that holds a database already. */
export function logNextStart(moment: ServerMoment): void {
  moment.log('');
  for (const line of nextStartLines()) moment.log(line);
  logServer(moment, 29);
}

export const nextStartLines = (): string[] => [
  'PostgreSQL Database directory appears to contain a database; Skipping initialization',
  '',
];

function logServer(moment: ServerMoment, pid: number): void {
  const write = writer(moment);
  write(1, `starting ${VERSION_TEXT}`);
  write(1, 'listening on IPv4 address "0.0.0.0", port 5432');
  write(1, 'listening on IPv6 address "::", port 5432');
  write(1, 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
  write(pid, `database system was shut down at ${stampOf(moment.now).slice(0, 19)} UTC`);
  write(1, 'database system is ready to accept connections');
}

const checkpoint = (buffers: number, distance: number): string =>
  `checkpoint complete: wrote ${buffers} buffers (${((buffers / 16_384) * 100).toFixed(1)}%); 0 WAL file(s) added, 0 removed, 0 recycled; write=0.002 s, sync=0.004 s, total=0.014 s; sync files=2, longest=0.003 s, average=0.002 s; distance=${distance} kB, estimate=${distance} kB`;

/** A stop by docker. */
export function logStop(moment: ServerMoment): void {
  const write = writer(moment);
  write(1, 'received fast shutdown request');
  write(1, 'aborting any active transactions');
  write(1, 'background worker "logical replication launcher" (PID 66) exited with exit code 1');
  write(61, 'shutting down');
  write(61, 'checkpoint starting: shutdown immediate');
  write(61, checkpoint(918, 4221));
  write(1, 'database system is shut down');
}

/** The server's refusal of a parameter that it does not know, at every start. */
export function refusal(at: number, pid: number, parameter: string): string {
  return `${stampOf(at)} GMT [${pid}] FATAL:  unrecognized configuration parameter "${parameter}"`;
}

/** The start script's refusal of a folder whose layout is that of an older image. */
export const OLD_LAYOUT = `Error: in 18+, these Docker images are configured to store database data in a
       format which is compatible with "pg_ctlcluster" (specifically, using
       major-version-specific directory names).  This better reflects how
       PostgreSQL itself works, and how upgrades are to be performed.

       See also https://github.com/docker-library/postgres/pull/1259

       Counter to that, there appears to be PostgreSQL data in:
         /var/lib/postgresql

       This is usually the result of upgrading the Docker image without
       upgrading the underlying database using "pg_upgrade" (which requires both
       versions).

       The suggested container configuration for 18+ is to place a single mount
       at /var/lib/postgresql which will then place PostgreSQL data in a
       subdirectory, allowing usage of "pg_upgrade --link" without mount point
       boundary issues.

       See https://github.com/docker-library/postgres/issues/37 for a (long)
       discussion around this process, and suggestions for how to do so.`.split('\n');

/** initdb's refusal of a folder that holds the folders of newer images. */
export const FOREIGN_FOLDER: readonly string[] = [
  ...BEFORE_INIT('').slice(0, 9),
  'initdb: error: directory "/var/lib/postgresql/data" exists but is not empty',
  'initdb: hint: If you want to create a new database system, either remove or empty the directory "/var/lib/postgresql/data" or run initdb with an argument other than "/var/lib/postgresql/data".',
];
