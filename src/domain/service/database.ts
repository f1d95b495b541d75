import { ServiceType } from '../names.ts';

/** How one kind of data service differs from the others; whatever is not here is the same for all of them. */
export interface Datastore {
  readonly type: string;
  /** The variable that the first link of an app gets. */
  readonly variable: string;
  /** False where the plugin answers "not implemented" to clone, connect, export, import and the backup commands. */
  readonly movesData: boolean;
  /** What can be asked on standard input of `X:connect`. */
  readonly probe?: Probe;
}

/** Two questions that change nothing; only these exact texts count as reads. */
export interface Probe {
  /** Answered as soon as the service accepts connections. */
  readonly ping: string;
  readonly count: string;
  /** What `count` counts. */
  readonly unit: string;
}

const mysqlProbe: Probe = {
  ping: 'select 1;\n',
  count: 'select count(*) from information_schema.tables where table_schema = database();\n',
  unit: 'tables',
};

/** Rows of all tables, counted and not estimated: a database that was just restored has no statistics. */
const postgresRows =
  "select coalesce(sum((xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', schemaname, relname), false, true, '')))[1]::text::bigint), 0) as rows from pg_stat_user_tables;\n";

const table: readonly Datastore[] = [
  { type: 'clickhouse', variable: 'CLICKHOUSE_URL', movesData: true },
  { type: 'couchdb', variable: 'COUCHDB_URL', movesData: true },
  { type: 'elasticsearch', variable: 'ELASTICSEARCH_URL', movesData: false },
  { type: 'graphite', variable: 'STATSD_URL', movesData: false },
  { type: 'mariadb', variable: 'DATABASE_URL', movesData: true, probe: mysqlProbe },
  { type: 'meilisearch', variable: 'MEILISEARCH_URL', movesData: false },
  { type: 'memcached', variable: 'MEMCACHED_URL', movesData: false },
  { type: 'mongo', variable: 'MONGO_URL', movesData: true },
  { type: 'mysql', variable: 'DATABASE_URL', movesData: true, probe: mysqlProbe },
  { type: 'nats', variable: 'NATS_URL', movesData: false },
  {
    type: 'postgres',
    variable: 'DATABASE_URL',
    movesData: true,
    probe: { ping: 'select 1;\n', count: postgresRows, unit: 'rows' },
  },
  { type: 'pushpin', variable: 'PUSHPIN_URL', movesData: false },
  { type: 'rabbitmq', variable: 'RABBITMQ_URL', movesData: false },
  {
    type: 'redis',
    variable: 'REDIS_URL',
    movesData: true,
    probe: { ping: 'PING\n', count: 'DBSIZE\n', unit: 'keys' },
  },
  { type: 'rethinkdb', variable: 'RETHINKDB_URL', movesData: false },
  { type: 'solr', variable: 'SOLR_URL', movesData: false },
  { type: 'typesense', variable: 'TYPESENSE_URL', movesData: false },
];

/** The plugins of github.com/dokku for data services. */
export const officialDatastores: readonly string[] = table.map(({ type }) => type);

const byType: ReadonlyMap<string, Datastore> = new Map(table.map((entry) => [entry.type, entry]));

/** The differences of a type; a plugin that is not in the table is taken to follow the shape in everything. */
export function datastoreOf(type: string): Datastore {
  return (
    byType.get(type) ?? {
      type,
      variable: `${type.toUpperCase().replaceAll('-', '_')}_URL`,
      movesData: true,
    }
  );
}

/** True for a plugin of data services: by its name, or by how the shared code of these plugins describes itself. */
export function isDatastore({ name, description }: { name: string; description?: string }): boolean {
  if (byType.has(name)) return true;
  const own = (description ?? '').toLowerCase().startsWith(`dokku ${name} service plugin`);
  return own && ServiceType.safeParse(name).success;
}

/** What an administrator types on the host; only root may install plugins. */
export function installCommand(type: string): string {
  return `sudo dokku plugin:install https://github.com/dokku/dokku-${type}.git ${type}`;
}

/** True for the exact text of a probe: then `X:connect` changes nothing. */
export function isProbe(stdin: string): boolean {
  return table.some(({ probe }) => probe !== undefined && [probe.ping, probe.count].includes(stdin));
}

/** The whole number that a count was answered with, alone on its line; undefined when there is none. */
export function countOf(stdout: string): number | undefined {
  const found = stdout
    .split('\n')
    .map((line) => /^\s*(?:\(integer\)\s*)?(\d{1,15})\s*$/.exec(line)?.[1])
    .find((digits) => digits !== undefined);
  return found === undefined ? undefined : Number(found);
}
