import { expression } from './expressions.ts';
import { timeText } from './functions.ts';
import type { Reader } from './lexer.ts';
import { type Outcome, type Session, select } from './select.ts';
import {
  compare,
  type Database,
  type Expression,
  find,
  SqlFault,
  type SqlType,
  type Surroundings,
  type Table,
  type Value,
} from './tables.ts';

/** `insert into TABLE [(columns)] values ... | select ...`, after the first word. */
export function insert(database: Database, reader: Reader, session: Session): Outcome {
  reader.expect('into');
  const table = find(database, reader.identifier());
  const names: string[] = [];
  if (reader.take('(')) {
    do {
      const token = reader.identifier();
      if (!table.columns.some(({ name }) => name === token.text)) {
        throw new SqlFault(
          '42703',
          `column "${token.text}" of relation "${table.name}" does not exist`,
          token,
        );
      }
      names.push(token.text);
    } while (reader.take(','));
    reader.expect(')');
  }
  const fields = names.length > 0 ? names : table.columns.map(({ name }) => name);
  const rows: (readonly Value[])[] = [];
  if (reader.take('select')) {
    rows.push(...(select(database, reader, session).rows ?? []));
  } else {
    reader.expect('values');
    do rows.push(tuple(reader, { ...session, columns: new Map() }));
    while (reader.take(','));
  }
  const added = rows.map((values) => complete(table, fields, values, session.now));
  const returned = reader.take('returning') ? returning(table, reader, session) : undefined;
  reader.end();
  for (const row of added) check(table, row);
  const tag = `INSERT 0 ${added.length}`;
  return returned === undefined ? { tag } : { tag, ...returned(added) };
}

/** What `returning` shows of the rows that were added. */
function returning(
  table: Table,
  reader: Reader,
  session: Session,
): (added: readonly Value[][]) => Pick<Outcome, 'columns' | 'rows'> {
  const columns = new Map(table.columns.map(({ name, type }) => [name, type]));
  const items: Expression[] = [];
  do {
    if (reader.take('*')) {
      for (const [name, type] of columns) {
        items.push({ name, type, aggregate: false, value: (row) => row.get(name) ?? null });
      }
    } else {
      items.push(expression(reader, { ...session, columns }));
    }
  } while (reader.take(','));
  return (added) => ({
    columns: items.map(({ name, type }) => ({ name, type })),
    rows: added.map((values) => {
      const row = new Map(table.columns.map(({ name }, index) => [name, values[index] ?? null]));
      return items.map((item) => item.value(row, [row]));
    }),
  });
}

function tuple(reader: Reader, around: Surroundings): Value[] {
  reader.expect('(');
  const values: Value[] = [];
  do {
    if (reader.take('default')) throw new SqlFault('0A000', 'DEFAULT is not supported here');
    values.push(expression(reader, around).value(new Map(), []));
  } while (reader.take(','));
  reader.expect(')');
  return values;
}

function complete(table: Table, fields: readonly string[], values: readonly Value[], now: number): Value[] {
  if (values.length > fields.length) {
    throw new SqlFault('42601', 'INSERT has more expressions than target columns');
  }
  return table.columns.map(({ name, standard, type, declared }) => {
    const index = fields.indexOf(name);
    const value = index < 0 || index >= values.length ? undefined : values[index];
    if (value !== undefined) return typed(value, type, declared);
    if (standard === undefined) return null;
    if (standard.kind === 'value') return standard.value;
    return standard.kind === 'now' ? timeText(now) : ++table.serial;
  });
}

function typed(value: Value, type: SqlType, declared: string): Value {
  if (value === null) return null;
  if (type === 'boolean') return value === true || ['t', 'true', '1', 1].includes(String(value));
  if (type !== 'integer' && type !== 'bigint' && type !== 'numeric') return String(value);
  if (typeof value !== 'boolean' && /^\s*-?\d+(\.\d+)?\s*$/.test(String(value))) return Number(value);
  throw new SqlFault('22P02', `invalid input syntax for type ${declared}: "${value}"`);
}

/** Adds the row unless a NULL or a key that is there already forbids it. */
function check(table: Table, row: Value[]): void {
  for (const [index, { name, notNull }] of table.columns.entries()) {
    if (!notNull || row[index] !== null) continue;
    const shown = row.map((value) => (value === null ? 'null' : String(value))).join(', ');
    throw new SqlFault(
      '23502',
      `null value in column "${name}" of relation "${table.name}" violates not-null constraint`,
      {
        detail: `Failing row contains (${shown}).`,
      },
    );
  }
  const single = table.columns.filter(({ unique }) => unique).map(({ name }) => [name]);
  const keys = table.primaryKey.length > 0 ? [table.primaryKey, ...single] : single;
  for (const key of keys) {
    const at = key.map((name) => table.columns.findIndex((column) => column.name === name));
    if (
      !table.rows.some((other) =>
        at.every((index) => compare(other[index] ?? null, row[index] ?? null) === 0),
      )
    )
      continue;
    const constraint = key === table.primaryKey ? `${table.name}_pkey` : `${table.name}_${key.join('_')}_key`;
    throw new SqlFault('23505', `duplicate key value violates unique constraint "${constraint}"`, {
      detail: `Key (${key.join(', ')})=(${at.map((index) => row[index]).join(', ')}) already exists.`,
    });
  }
  table.rows.push(row);
}
