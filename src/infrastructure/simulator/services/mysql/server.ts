import type { SimulatedDatastore } from '../datastore.ts';
import type { ClientResult, DatabaseServer, RestoreResult, ServerMoment } from '../server.ts';
import { statements } from '../sql/lexer.ts';
import { run } from '../sql/statements.ts';
import { createDatabase, type Database, SqlFault, type Value } from '../sql/tables.ts';
import { databaseName } from '../target.ts';

/* MySQL and MariaDB. Not recorded: the texts follow the programs' documented forms, in batch mode as without a terminal. */

interface Flavour {
  readonly user: string;
  readonly version: string;
  readonly client: string;
  readonly dump: string;
  /** What the programs say of a password on their command line; empty for MariaDB's. */
  readonly warning: string;
  readonly ready: string;
}

function databaseOf({ data }: SimulatedDatastore): Database {
  return data.kind === 'sql' ? data : createDatabase();
}

const shown = (value: Value): string => {
  if (value === null) return 'NULL';
  return typeof value === 'boolean' ? String(Number(value)) : String(value).replaceAll('\t', '\\t');
};

/** The server's number for a fault that PostgreSQL knows by its state. */
function faultLine(fault: SqlFault, database: string, line: number): string {
  const table = /relation "([^"]+)"|table "([^"]+)"/.exec(fault.message);
  const name = table?.[1] ?? table?.[2] ?? '';
  const words: Readonly<Record<string, string>> = {
    '42P01': `ERROR 1146 (42S02) at line ${line}: Table '${database}.${name}' doesn't exist`,
    '42P07': `ERROR 1050 (42S01) at line ${line}: Table '${name}' already exists`,
    '23505': `ERROR 1062 (23000) at line ${line}: Duplicate entry for key '${name || 'PRIMARY'}'`,
    '42703': `ERROR 1054 (42S22) at line ${line}: Unknown column in 'field list'`,
  };
  const syntax = `ERROR 1064 (42000) at line ${line}: You have an error in your SQL syntax; check the manual that corresponds to your server version for the right syntax to use`;
  return `${words[fault.state] ?? syntax}\n`;
}

/** MySQL takes text between double quotes for a string. */
const plain = (statement: string): string =>
  statement.replace(/'(?:[^']|'')*'|"((?:[^"\\]|\\.)*)"/g, (whole, text: string | undefined) =>
    text === undefined ? whole : `'${text.replaceAll("'", "''")}'`,
  );

/** The client in batch mode: rows between tabs below their names; the first fault is exit code 1. */
function batch(
  service: SimulatedDatastore,
  input: string,
  moment: ServerMoment,
  flavour: Flavour,
): ClientResult {
  const database = databaseOf(service);
  const name = databaseName(service);
  const output: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  if (flavour.warning !== '') output.push({ stream: 'stderr', text: flavour.warning });
  const { complete, rest } = statements(input);
  for (const statement of rest === '' ? complete : [...complete, rest]) {
    const line = input.slice(0, input.indexOf(statement)).split('\n').length;
    if (/^\s*(use|lock|unlock|alter)\b/i.test(statement)) continue;
    if (/^\s*show\s+tables/i.test(statement)) {
      const tables = [...database.tables.keys()].sort();
      const text =
        tables.length === 0 ? '' : `Tables_in_${name}\n${tables.map((one) => `${one}\n`).join('')}`;
      output.push({ stream: 'stdout', text });
      continue;
    }
    try {
      const { columns, rows } = run(database, plain(statement), {
        now: moment.now,
        version: flavour.version,
        database: name,
        user: flavour.user,
      });
      if (columns === undefined || rows === undefined || rows.length === 0) continue;
      const lines = [columns.map((column) => column.name), ...rows.map((row) => row.map(shown))];
      output.push({ stream: 'stdout', text: lines.map((cells) => `${cells.join('\t')}\n`).join('') });
    } catch (error) {
      if (!(error instanceof SqlFault)) throw error;
      output.push({ stream: 'stderr', text: faultLine(error, name, line) });
      return { output, exit: 1 };
    }
  }
  return { output, exit: 0 };
}

const quoted = (value: Value): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : shown(value);

const PIECE = 64 * 1024;

function* dump(service: SimulatedDatastore, flavour: Flavour): Generator<Buffer> {
  const name = databaseName(service);
  yield Buffer.from(
    `-- ${flavour.dump}\n--\n-- Host: localhost    Database: ${name}\n-- ------------------------------------------------------\n`,
  );
  for (const table of databaseOf(service).tables.values()) {
    const columns = table.columns.map(
      ({ name: column, declared, notNull }) => `  \`${column}\` ${declared}${notNull ? ' NOT NULL' : ''}`,
    );
    const key =
      table.primaryKey.length === 0
        ? []
        : [`  PRIMARY KEY (${table.primaryKey.map((one) => `\`${one}\``).join(',')})`];
    yield Buffer.from(
      `DROP TABLE IF EXISTS \`${table.name}\`;\nCREATE TABLE \`${table.name}\` (\n${[...columns, ...key].join(',\n')}\n);\n`,
    );
    if (table.rows.length > 0) {
      yield Buffer.from(
        `INSERT INTO \`${table.name}\` VALUES ${table.rows.map((row) => `(${row.map(quoted).join(',')})`).join(',')};\n`,
      );
    }
  }
  const line = Buffer.from(`-- ${'padding '.repeat(15)}\n`);
  const piece = Buffer.concat(Array.from({ length: Math.floor(PIECE / line.length) }, () => line));
  for (let left = service.padding; left > 0; left -= piece.length)
    yield piece.subarray(0, Math.min(left, piece.length));
  yield Buffer.from('\n-- Dump completed\n');
}

function server(flavour: Flavour): DatabaseServer {
  return {
    directory: '/',
    empty: createDatabase,
    environment: () => ({}),
    crash: () => undefined,
    booted: (_, { now, log }) => log(`${new Date(now).toISOString()} 0 ${flavour.ready}`),
    stopped: ({ now, log }) => log(`${new Date(now).toISOString()} 0 [System] Shutdown complete`),
    connect: (service, input, moment) => batch(service, input, moment, flavour),
    banner: () =>
      `${flavour.warning}Welcome to the ${flavour.client} monitor.  Commands end with ; or \\g.\n`,
    program: (service, [name = '', ...args], moment) => {
      const at = args.indexOf('-e');
      return ['mysql', 'mariadb'].includes(name) && at >= 0
        ? batch(service, args[at + 1] ?? '', moment, flavour)
        : undefined;
    },
    beforeDump: async (call) => call.err(flavour.warning.replaceAll('mysql:', 'mysqldump:')),
    dump: (service) => dump(service, flavour),
    restore: (service, bytes): RestoreResult => {
      const { output, exit } = batch(
        service,
        bytes.toString('utf8'),
        { now: 0, log: () => undefined },
        flavour,
      );
      return {
        exit,
        error: output
          .filter(({ stream }) => stream === 'stderr')
          .map(({ text }) => text)
          .join(''),
      };
    },
  };
}

export const mysqlServer: DatabaseServer = server({
  user: 'mysql',
  version: '9.7.0',
  client: 'MySQL',
  dump: 'MySQL dump 10.13  Distrib 9.7.0, for Linux (x86_64)',
  warning: 'mysql: [Warning] Using a password on the command line interface can be insecure.\n',
  ready:
    "[System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '9.7.0'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.",
});

export const mariadbServer: DatabaseServer = server({
  user: 'mariadb',
  version: '12.2.2-MariaDB',
  client: 'MariaDB',
  dump: 'MariaDB dump 10.19-12.2.2-MariaDB, for debian-linux-gnu (x86_64)',
  warning: '',
  ready:
    "[Note] mariadbd: ready for connections. Version: '12.2.2-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution",
});
