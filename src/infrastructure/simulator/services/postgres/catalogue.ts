import type { Outcome } from '../sql/select.ts';
import type { Column, Database } from '../sql/tables.ts';

const text = (name: string): { name: string; type: 'text' } => ({ name, type: 'text' });

/** `\dt` and `\d` without a name; undefined when there is no table. */
export function tableList(database: Database): { title: string; outcome: Outcome } | undefined {
  const names = [...database.tables.keys()].sort();
  if (names.length === 0) return undefined;
  const rows = names.map((name) => ['public', name, 'table', 'postgres']);
  const columns = ['Schema', 'Name', 'Type', 'Owner'].map(text);
  const outcome: Outcome = { tag: '', columns, rows };
  const width = rows.reduce(
    (best, row) => best.map((size, index) => Math.max(size, (row[index] ?? '').length)),
    columns.map(({ name }) => name.length),
  );
  return { title: centred('List of relations', width), outcome };
}

function centred(title: string, widths: readonly number[]): string {
  const total = widths.reduce((sum, size) => sum + size + 3, -1);
  return `${' '.repeat(Math.max(0, Math.floor((total - title.length) / 2)))}${title}`;
}

function standardOf({ standard }: Column, table: string, name: string): string {
  if (standard === undefined) return '';
  if (standard.kind !== 'value') {
    return standard.kind === 'now' ? 'now()' : `nextval('${table}_${name}_seq'::regclass)`;
  }
  if (standard.value === null) return '';
  return typeof standard.value === 'string' ? `'${standard.value}'::text` : String(standard.value);
}

/** `\d TABLE` */
export function describeTable(database: Database, name: string): string | undefined {
  const table = database.tables.get(name);
  if (table === undefined) return undefined;
  const heads = ['Column', 'Type', 'Collation', 'Nullable', 'Default'];
  const rows = table.columns.map((column) => [
    column.name,
    column.declared,
    '',
    column.notNull ? 'not null' : '',
    standardOf(column, name, column.name),
  ]);
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const header = heads.map((head, index) => {
    const size = widths[index] ?? 0;
    return `${' '.repeat(Math.floor((size - head.length) / 2))}${head}`.padEnd(size);
  });
  const body = rows.map(
    (row) =>
      ` ${row.map((cell, index) => (index === 4 ? cell : cell.padEnd(widths[index] ?? 0))).join(' | ')}\n`,
  );
  const keys =
    table.primaryKey.length === 0
      ? []
      : [`    "${name}_pkey" PRIMARY KEY, btree (${table.primaryKey.join(', ')})\n`];
  const single = table.columns
    .filter(({ unique }) => unique)
    .map((column) => `    "${name}_${column.name}_key" UNIQUE CONSTRAINT, btree (${column.name})\n`);
  const indexes = [...keys, ...single];
  return [
    `${centred(`Table "public.${name}"`, widths)}\n`,
    ` ${header.join(' | ')} \n`,
    `${widths.map((size) => '-'.repeat(size + 2)).join('+')}\n`,
    ...body,
    ...(indexes.length === 0 ? [] : ['Indexes:\n', ...indexes]),
    '\n',
  ].join('');
}
