import type { SimulatedDatastore } from '../datastore.ts';
import type { Crash, DatabaseServer, RestoreResult } from '../server.ts';
import { createDatabase, type Database } from '../sql/tables.ts';
import { databaseName } from '../target.ts';
import { archive, readArchive } from './archive.ts';
import { ArchiveFault } from './archive-parts.ts';
import { Psql } from './psql.ts';
import { psqlInside } from './psql-inside.ts';
import {
  FOREIGN_FOLDER,
  initLines,
  logFirstStart,
  logNextStart,
  logStop,
  nextStartLines,
  OLD_LAYOUT,
  refusal,
} from './server-log.ts';
import { SERVER_VERSION } from './version.ts';

/** Images from 18 on keep the data in a folder of its own for each major version. */
const layoutOf = (version: string): string => ((Number.parseInt(version, 10) || 0) >= 18 ? '18' : '17');
const folderOf = (version: string): string =>
  layoutOf(version) === '18'
    ? `/var/lib/postgresql/${Number.parseInt(version, 10)}/docker`
    : '/var/lib/postgresql/data';

const parameters: ReadonlySet<string> = new Set(
  `max_connections shared_buffers work_mem maintenance_work_mem effective_cache_size wal_level max_wal_size min_wal_size
  log_statement log_min_duration_statement log_connections log_disconnections log_line_prefix timezone fsync
  synchronous_commit listen_addresses port shared_preload_libraries statement_timeout idle_in_transaction_session_timeout
  random_page_cost checkpoint_completion_target wal_buffers max_worker_processes max_parallel_workers jit ssl
  superuser_reserved_connections password_encryption max_replication_slots max_wal_senders`.split(/\s+/),
);

/** The first parameter that the server does not know among its options (`--name=value`, `-c name=value`). */
function unknownParameter(options: string): string | undefined {
  const named = [...options.matchAll(/(?:--|-c\s*)([A-Za-z_-]+)=/g)].map(([, name = '']) =>
    name.replaceAll('-', '_'),
  );
  return named.find((name) => !parameters.has(name));
}

function databaseOf({ data }: SimulatedDatastore): Database {
  return data.kind === 'sql' ? data : createDatabase();
}

function crash(service: SimulatedDatastore, options: string): Crash | undefined {
  const { layout } = databaseOf(service);
  const wanted = layoutOf(service.version);
  if (layout === '17' && wanted === '18') return { quick: true, lines: () => OLD_LAYOUT };
  if (layout === '18' && wanted === '17') return { quick: true, lines: () => FOREIGN_FOLDER };
  const unknown = unknownParameter(options);
  if (unknown === undefined) return undefined;
  return {
    quick: false,
    lines: (at, run) =>
      run === 0 && layout === ''
        ? [...initLines(folderOf(service.version)), refusal(at, 44, unknown)]
        : ['', ...nextStartLines(), refusal(at, 1, unknown)],
  };
}

function setUp(service: SimulatedDatastore): string[] {
  const database = databaseOf(service);
  const exists = database.layout !== '';
  if (!exists) database.layout = layoutOf(service.version);
  const created = ['Creating container database', ...(exists ? ['Already exists'] : [])];
  return [...created, 'Securing connection to database'];
}

function restore(service: SimulatedDatastore, dump: Buffer): RestoreResult {
  const database = databaseOf(service);
  try {
    const { padding } = readArchive(dump, (tables) => {
      for (const table of tables) database.tables.set(table.name, table);
    });
    service.padding = padding;
    return { exit: 0, error: '' };
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error;
    return { exit: 1, error: `pg_restore: error: ${error.message}\n` };
  }
}

/** PostgreSQL as the image of that name runs it. */
export const postgresServer: DatabaseServer = {
  directory: '/',
  empty: createDatabase,
  environment: (version) => ({
    DEBIAN_FRONTEND: 'noninteractive',
    LANG: 'C.UTF-8',
    LAB_NOTE: 'binaries are Debian postgresql-15; only the layout follows the named version',
    PG_MAJOR: String(Number.parseInt(version, 10)),
    PG_VERSION: version,
    PGDATA: folderOf(version),
  }),
  crash,
  setUp,
  booted: (service, moment, fresh) => {
    if (fresh) logFirstStart(moment, folderOf(service.version));
    else logNextStart(moment);
  },
  stopped: logStop,
  connect: (service, input, moment) => new Psql(service, databaseOf(service), moment).run(input),
  banner: (service) =>
    `psql (${SERVER_VERSION})\nSSL connection (protocol: TLSv1.3, cipher: TLS_AES_256_GCM_SHA384, compression: off)\nType "help" for help.\n\n\x1b[?2004h${databaseName(service)}=# `,
  program: (service, [name = '', ...args], moment) =>
    name === 'psql' ? psqlInside(service, databaseOf(service), args, moment) : undefined,
  dump: (service, now) => archive(databaseOf(service), databaseName(service), now, service.padding),
  restore,
};
