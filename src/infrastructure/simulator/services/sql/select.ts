import { expression } from './expressions.ts';
import { Reader } from './lexer.ts';
import {
  compare,
  type Database,
  type Expression,
  find,
  type Row,
  type SqlType,
  type Surroundings,
  type Table,
  type Value,
} from './tables.ts';

/** What a statement gave: the server's tag, and rows where it asks for some. */
export interface Outcome {
  readonly tag: string;
  /** What the server remarks beside. */
  readonly notice?: string;
  readonly columns?: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rows?: readonly (readonly Value[])[];
}

export type Session = Omit<Surroundings, 'columns'>;

/** What is selected from. */
export interface Source {
  readonly columns: ReadonlyMap<string, SqlType>;
  readonly rows: readonly Row[];
}

const nothing: Source = { columns: new Map(), rows: [new Map()] };

/** The table's rows by column. */
export const sourceOf = (table: Table): Source => ({
  columns: new Map(table.columns.map(({ name, type }) => [name, type])),
  rows: table.rows.map(
    (values) => new Map(table.columns.map(({ name }, index) => [name, values[index] ?? null])),
  ),
});

/** `from TABLE [alias]` or `from generate_series(a, b) [alias]` */
function from(database: Database, reader: Reader): Source {
  const token = reader.identifier();
  if (token.text !== 'generate_series' || !reader.take('(')) {
    const source = sourceOf(find(database, token));
    alias(reader);
    return source;
  }
  return series(reader);
}

/** The numbers of `generate_series(a, b)`, after its bracket. */
function series(reader: Reader): Source {
  const bound = (): number => Number(reader.next().text);
  const first = bound();
  reader.expect(',');
  const last = bound();
  reader.expect(')');
  const name = alias(reader) ?? 'generate_series';
  const rows = Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => new Map([[name, first + index]]),
  );
  return { columns: new Map([[name, 'integer']]), rows };
}

const clauses = new Set(['where', 'group', 'order', 'limit', 'offset', 'set', 'values', 'returning']);

function alias(reader: Reader): string | undefined {
  const named = reader.take('as');
  const token = reader.peek();
  if (!named && (token.kind !== 'word' || clauses.has(token.text))) return undefined;
  const { text } = reader.identifier();
  if (!reader.take('(')) return text;
  const inner = reader.identifier().text;
  reader.expect(')');
  return inner;
}

/** The source has to be known before the list that stands before it is read. */
function sourceAhead(database: Database, statement: string, position: number): Source {
  const ahead = new Reader(statement);
  while (ahead.peek().position < position) ahead.next();
  for (let depth = 0; ahead.peek().kind !== 'end'; ) {
    const token = ahead.next();
    if (token.kind === 'sign') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (depth !== 0 || token.kind !== 'word') continue;
    if (token.text === 'from') return from(database, ahead);
    if (token.text === 'generate_series' && ahead.take('(')) return series(ahead);
  }
  return nothing;
}

/** `select`, after that word: over one table or a series, grouped and ordered. */
export function select(database: Database, reader: Reader, session: Session): Outcome {
  const source = sourceAhead(database, reader.statement, reader.peek().position);
  const around: Surroundings = { ...session, columns: source.columns };
  const items: Expression[] = [];
  do {
    if (reader.take('*')) {
      for (const [name, type] of source.columns) {
        items.push({ name, type, aggregate: false, value: (row) => row.get(name) ?? null });
      }
    } else {
      const item = expression(reader, around);
      items.push(reader.take('as') ? { ...item, name: reader.identifier().text } : item);
    }
  } while (reader.take(','));
  if (reader.take('from')) from(database, reader);
  const rows = where(reader, around, source.rows);
  const groups = grouped(
    reader,
    around,
    rows,
    items.some(({ aggregate }) => aggregate),
  );
  const found = ordered(reader, around, groups, items).map((group) => {
    const row = group[0] ?? new Map<string, Value>();
    return items.map((item) => item.value(row, group));
  });
  const limit = reader.take('limit') ? Number(reader.next().text) : found.length;
  const offset = reader.take('offset') ? Number(reader.next().text) : 0;
  reader.end();
  const shown = found.slice(offset, offset + limit);
  return {
    tag: `SELECT ${shown.length}`,
    columns: items.map(({ name, type }) => ({ name, type })),
    rows: shown,
  };
}

/** The rows that a condition leaves. */
export function where(reader: Reader, around: Surroundings, rows: readonly Row[]): Row[] {
  if (!reader.take('where')) return [...rows];
  const condition = expression(reader, around);
  return rows.filter((row) => condition.value(row, [row]) === true);
}

function grouped(reader: Reader, around: Surroundings, rows: Row[], aggregates: boolean): Row[][] {
  if (!reader.take('group', 'by')) return aggregates ? [rows] : rows.map((row) => [row]);
  const keys = [expression(reader, around)];
  while (reader.take(',')) keys.push(expression(reader, around));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((one) => one.value(row, [row])));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** A number or an alias stands for what is selected. */
function sortKey(reader: Reader, around: Surroundings, items: readonly Expression[]): Expression {
  const token = reader.peek();
  const named =
    token.kind === 'number' ? items[Number(token.text) - 1] : items.find(({ name }) => name === token.text);
  if (named === undefined || around.columns.has(token.text)) return expression(reader, around);
  reader.next();
  return named;
}

function ordered(
  reader: Reader,
  around: Surroundings,
  groups: Row[][],
  items: readonly Expression[],
): Row[][] {
  if (!reader.take('order', 'by')) return groups;
  const keys: { by: Expression; sign: number }[] = [];
  do {
    const by = sortKey(reader, around, items);
    const descending = reader.take('desc');
    if (!descending) reader.take('asc');
    keys.push({ by, sign: descending ? -1 : 1 });
  } while (reader.take(','));
  const keyOf = (by: Expression, group: Row[]): Value => by.value(group[0] ?? new Map(), group);
  return [...groups].sort((a, b) => {
    for (const { by, sign } of keys) {
      const order = compare(keyOf(by, a), keyOf(by, b)) ?? 0;
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}
