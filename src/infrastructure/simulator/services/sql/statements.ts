import { countAll } from './counts.ts';
import { alterTable, defineTable } from './define.ts';
import { expression } from './expressions.ts';
import { insert } from './insert.ts';
import { Reader } from './lexer.ts';
import { type Outcome, type Session, select, sourceOf, where } from './select.ts';
import { type Database, type Expression, find, SqlFault, type Surroundings } from './tables.ts';

/** Runs one statement on the database; throws the server's fault. Knows the common ones, over one table each. */
export function run(database: Database, statement: string, session: Session): Outcome {
  const counted = countAll(database, statement);
  if (counted !== undefined) return counted;
  const reader = new Reader(statement);
  const verb = reader.next();
  switch (verb.text) {
    case 'select':
      return select(database, reader, session);
    case 'insert':
      return insert(database, reader, session);
    case 'update':
      return update(database, reader, session);
    case 'delete':
      return remove(database, reader, session);
    case 'create':
      return defineTable(database, reader);
    case 'alter':
      return alterTable(database, reader);
    case 'show':
      return show(reader);
    case 'drop':
      return drop(database, reader);
    case 'truncate':
      reader.take('table');
      find(database, reader.identifier()).rows = [];
      return { tag: 'TRUNCATE TABLE' };
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'set':
    case 'vacuum':
    case 'analyze':
      return { tag: verb.text.toUpperCase() };
    default:
      return reader.refuse(verb);
  }
}

function update(database: Database, reader: Reader, session: Session): Outcome {
  const table = find(database, reader.identifier());
  const source = sourceOf(table);
  const around: Surroundings = { ...session, columns: source.columns };
  reader.expect('set');
  const changes: { index: number; to: Expression }[] = [];
  do {
    const token = reader.identifier();
    const index = table.columns.findIndex(({ name }) => name === token.text);
    if (index < 0) {
      throw new SqlFault('42703', `column "${token.text}" of relation "${table.name}" does not exist`, token);
    }
    reader.expect('=');
    changes.push({ index, to: expression(reader, around) });
  } while (reader.take(','));
  const chosen = new Set(where(reader, around, source.rows));
  reader.end();
  for (const [at, row] of source.rows.entries()) {
    const values = table.rows[at];
    if (values === undefined || !chosen.has(row)) continue;
    for (const { index, to } of changes) values[index] = to.value(row, [row]);
  }
  return { tag: `UPDATE ${chosen.size}` };
}

function remove(database: Database, reader: Reader, session: Session): Outcome {
  reader.expect('from');
  const table = find(database, reader.identifier());
  const source = sourceOf(table);
  const gone = new Set(where(reader, { ...session, columns: source.columns }, source.rows));
  reader.end();
  table.rows = table.rows.filter((_, index) => !gone.has(source.rows[index] ?? new Map()));
  return { tag: `DELETE ${gone.size}` };
}

function drop(database: Database, reader: Reader): Outcome {
  const kind = reader.next().text;
  const lenient = reader.take('if', 'exists');
  const token = reader.identifier();
  if (kind !== 'table') return { tag: `DROP ${kind.toUpperCase()}` };
  if (database.tables.delete(token.text)) return { tag: 'DROP TABLE' };
  if (!lenient) {
    throw new SqlFault('42P01', `table "${token.text}" does not exist`);
  }
  return { tag: 'DROP TABLE', notice: `table "${token.text}" does not exist, skipping` };
}

const settings: Readonly<Record<string, string>> = {
  server_version: '15.18 (Debian 15.18-0+deb12u1)',
  max_connections: '100',
  shared_buffers: '128MB',
  server_encoding: 'UTF8',
  timezone: 'Etc/UTC',
};

function show(reader: Reader): Outcome {
  const { text: name } = reader.identifier();
  const value = settings[name];
  if (value === undefined) {
    throw new SqlFault('42704', `unrecognized configuration parameter "${name}"`);
  }
  return { tag: 'SHOW', columns: [{ name, type: 'text' }], rows: [[value]] };
}
