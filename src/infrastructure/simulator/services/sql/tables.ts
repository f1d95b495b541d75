/** A value in a row; NULL is null. */
export type Value = string | number | boolean | null;

export type SqlType = 'integer' | 'bigint' | 'numeric' | 'text' | 'boolean' | 'timestamp';

export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** As it was declared: `character varying(20)`. */
  readonly declared: string;
  readonly notNull: boolean;
  readonly unique: boolean;
  /** What stands for a missing value: the next number, the time, or a value. */
  readonly standard?: { readonly kind: 'serial' | 'now' } | { readonly kind: 'value'; readonly value: Value };
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns of the primary key. */
  readonly primaryKey: readonly string[];
  rows: Value[][];
  /** The last number that a serial column gave. */
  serial: number;
}

/** What a relational server keeps in a service's database. */
export interface Database {
  readonly kind: 'sql';
  readonly tables: Map<string, Table>;
  /** The data folder's layout, by the major version that made it; a server of another layout does not start. */
  layout: string;
}

export function createDatabase(): Database {
  return { kind: 'sql', tables: new Map(), layout: '' };
}

/** An error of the server, with its SQLSTATE and the place in the statement that it points to. */
export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  readonly state: string;
  /** Offset in the statement; absent where the server names none. */
  readonly position: number | undefined;
  readonly detail: string | undefined;

  constructor(state: string, message: string, place: { position?: number; detail?: string } = {}) {
    super(message);
    this.state = state;
    this.position = place.position;
    this.detail = place.detail;
  }
}

/** The table of that name, or the server's fault. */
export function find(database: Database, { text, position }: { text: string; position: number }): Table {
  const table = database.tables.get(text);
  if (table === undefined) throw new SqlFault('42P01', `relation "${text}" does not exist`, { position });
  return table;
}

const types: readonly (readonly [RegExp, SqlType, string])[] = [
  [/^(int|integer|int4|serial|smallint)$/, 'integer', 'integer'],
  [/^(bigint|int8|bigserial)$/, 'bigint', 'bigint'],
  [/^(numeric|decimal|real|float|float8|double precision|double)/, 'numeric', 'numeric'],
  [/^(bool|boolean|tinyint\(1\))$/, 'boolean', 'boolean'],
  [/^timestamptz/, 'timestamp', 'timestamp with time zone'],
  [/^(timestamp|date|datetime)/, 'timestamp', 'timestamp without time zone'],
  [/^(varchar|character varying)/, 'text', 'character varying'],
];

/** The type of a column's declaration and how the catalogue names it. */
export function typeOf(text: string): { type: SqlType; declared: string } {
  const word = text.toLowerCase();
  const found = types.find(([pattern]) => pattern.test(word));
  const size = /\(\d+\)$/.exec(word)?.[0] ?? '';
  if (found === undefined) return { type: 'text', declared: word };
  const [, type, declared] = found;
  return { type, declared: declared === 'character varying' ? `${declared}${size}` : declared };
}

/** Orders two values; undefined where one is NULL. */
export function compare(a: Value, b: Value): number | undefined {
  if (a === null || b === null) return undefined;
  if (typeof a === 'number' || typeof b === 'number') return Math.sign(Number(a) - Number(b));
  return String(a) === String(b) ? 0 : String(a) < String(b) ? -1 : 1;
}

/** One row while it is looked at: values by the column's name. */
export type Row = ReadonlyMap<string, Value>;

/** What expressions know beside their row. */
export interface Surroundings {
  readonly now: number;
  readonly version: string;
  readonly database: string;
  readonly user: string;
  /** Types of the columns that may be named; undefined where no table is. */
  readonly columns: ReadonlyMap<string, SqlType>;
}

/** An expression that was read: its value for a row, or over all rows of a group. */
export interface Expression {
  readonly name: string;
  readonly type: SqlType;
  readonly aggregate: boolean;
  readonly value: (row: Row, group: readonly Row[]) => Value;
}
