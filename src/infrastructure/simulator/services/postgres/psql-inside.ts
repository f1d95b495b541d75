import type { SimulatedDatastore } from '../datastore.ts';
import type { ClientResult, ServerMoment } from '../server.ts';
import { createDatabase, type Database } from '../sql/tables.ts';
import { databaseName } from '../target.ts';
import { Psql } from './psql.ts';
import { SERVER_VERSION } from './version.ts';

const SOCKET = 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL: ';

interface Options {
  user: string;
  database: string | undefined;
  command: string;
  unaligned: boolean;
  tuplesOnly: boolean;
}

/** The options that scripts give psql; `-At` is two of them. */
function read(args: readonly string[]): Options {
  const options: Options = {
    user: 'root',
    database: undefined,
    command: '',
    unaligned: false,
    tuplesOnly: false,
  };
  const rest = args.flatMap((word) => (/^--\w+=/.test(word) ? word.split(/=(.*)/s, 2) : [word]));
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    const value = (): string => rest[++index] ?? '';
    options.unaligned ||= /^-[a-zA-Z]*A|^--no-align$/.test(word);
    options.tuplesOnly ||= /^-[a-zA-Z]*t|^--tuples-only$/.test(word);
    if (word === '-U' || word === '--username') options.user = value();
    else if (word === '-d' || word === '--dbname') options.database = value();
    else if (/^(-[a-zA-Z]*c|--command)$/.test(word)) options.command = value();
    else if (word === '-h' || word === '-p' || word === '-v') value();
    else if (!word.startsWith('-')) options.database ??= word;
  }
  return options;
}

/** psql as `enter` runs it: as root, and without input. */
export function psqlInside(
  service: SimulatedDatastore,
  own: Database,
  args: readonly string[],
  moment: ServerMoment,
): ClientResult {
  if (args.includes('--version') || args.includes('-V')) {
    return { output: [{ stream: 'stdout', text: `psql (PostgreSQL) ${SERVER_VERSION}\n` }], exit: 0 };
  }
  const { user, database = user, command, unaligned, tuplesOnly } = read(args);
  const refused = (why: string): ClientResult => ({
    output: [{ stream: 'stderr', text: `psql: error: ${SOCKET} ${why}\n` }],
    exit: 2,
  });
  if (user !== 'postgres') return refused(`role "${user}" does not exist`);
  const isOwn = database === databaseName(service);
  if (!isOwn && !['postgres', 'template1'].includes(database)) {
    return refused(`database "${database}" does not exist`);
  }
  const format = unaligned ? 'unaligned' : 'aligned';
  return new Psql(service, isOwn ? own : createDatabase(), moment, { format, tuplesOnly }).run(command, 1);
}
