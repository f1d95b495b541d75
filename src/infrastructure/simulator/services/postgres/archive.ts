import { deflateSync, inflateSync } from 'node:zlib';
import { defineTable } from '../sql/define.ts';
import { Reader } from '../sql/lexer.ts';
import { type Column, createDatabase, type Database, type Table, type Value } from '../sql/tables.ts';
import { ArchiveReader, entry, integer, text } from './archive-parts.ts';
import { shown } from './psql.ts';
import { SERVER_VERSION } from './version.ts';

/* pg_dump's custom format (archive version 1.14): a header, the table of contents, and a block of data for each table. */

const HEADER = Buffer.concat([Buffer.from('PGDMP'), Buffer.from([1, 14, 0, 4, 8, 1])]);
/** The block that only makes a dump longer; pg_restore skips what the table of contents does not name. */
const PADDING_ID = 999_999;
const PIECE = 64 * 1024;

function columnText({ name, declared, notNull, standard }: Column, table: string): string {
  const presets = { serial: `nextval('public.${table}_${name}_seq'::regclass)`, now: 'now()' };
  const value = standard?.kind === 'value' ? quoted(standard.value) : presets[standard?.kind ?? 'now'];
  const preset = standard === undefined ? '' : ` DEFAULT ${value}`;
  return `    ${name} ${declared}${preset}${notNull ? ' NOT NULL' : ''}`;
}

const quoted = (value: Value): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

const created = ({ name, columns }: Table): string =>
  `CREATE TABLE public.${name} (\n${columns.map((column) => columnText(column, name)).join(',\n')}\n);\n`;

function contents(database: Database, name: string): Buffer[] {
  const tables = [...database.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const first = 3343 + (tables.length === 0 ? 0 : (tables.length - 1) * 3);
  const setting = (index: number, tag: string, definition: string): Buffer =>
    entry({ id: first + index, tag, kind: tag, section: 2, definition });
  const rows = [
    setting(0, 'ENCODING', "SET client_encoding = 'UTF8';\n"),
    setting(1, 'STDSTRINGS', "SET standard_conforming_strings = 'on';\n"),
    setting(2, 'SEARCHPATH', "SELECT pg_catalog.set_config('search_path', '', false);\n"),
    entry({
      id: first + 3,
      catalogue: '1262',
      oid: '16384',
      tag: name,
      kind: 'DATABASE',
      section: 2,
      definition: `CREATE DATABASE ${name} WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';\n`,
      drop: `DROP DATABASE ${name};\n`,
      owner: 'postgres',
    }),
    ...tables.map((table, index) =>
      entry({
        id: 214 + index,
        catalogue: '1259',
        oid: oidOf(index),
        tag: table.name,
        kind: 'TABLE',
        section: 2,
        definition: created(table),
        drop: `DROP TABLE public.${table.name};\n`,
        namespace: 'public',
        tablespace: '',
        method: 'heap',
        owner: 'postgres',
      }),
    ),
    ...tables.map((table, index) =>
      entry({
        id: 3340 + index,
        hasData: true,
        oid: oidOf(index),
        tag: table.name,
        kind: 'TABLE DATA',
        section: 3,
        copy: `COPY public.${table.name} (${table.columns.map((column) => column.name).join(', ')}) FROM stdin;\n`,
        namespace: 'public',
        owner: 'postgres',
        dependencies: [String(214 + index)],
      }),
    ),
    ...tables.flatMap((table, index) => keyEntry(table, index)),
  ];
  return [integer(rows.length), ...rows];
}

const oidOf = (index: number): string => String(16_385 + index * 12);

function keyEntry({ name, primaryKey }: Table, index: number): Buffer[] {
  if (primaryKey.length === 0) return [];
  return [
    entry({
      id: 3197 + index,
      catalogue: '2606',
      oid: String(16_391 + index * 12),
      tag: `${name} ${name}_pkey`,
      kind: 'CONSTRAINT',
      section: 4,
      definition: `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${name}_pkey PRIMARY KEY (${primaryKey.join(', ')});\n`,
      drop: `ALTER TABLE ONLY public.${name} DROP CONSTRAINT ${name}_pkey;\n`,
      namespace: 'public',
      tablespace: '',
      owner: 'postgres',
      dependencies: [String(214 + index)],
    }),
  ];
}

const escaped = (value: Value): string =>
  value === null
    ? '\\N'
    : shown(value)
        .replaceAll('\\', '\\\\')
        .replaceAll('\t', '\\t')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r');

/** A dump of the database, the pieces in order; `padding` bytes longer than its data asks for. */
export function* archive(database: Database, name: string, now: number, padding: number): Generator<Buffer> {
  const at = new Date(now);
  const clock = [
    at.getUTCSeconds(),
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate(),
    at.getUTCMonth(),
    at.getUTCFullYear() - 1900,
    0,
  ];
  const head = [
    HEADER,
    integer(-1),
    ...clock.map(integer),
    text(name),
    text(SERVER_VERSION),
    text(SERVER_VERSION),
  ];
  yield Buffer.concat([...head, ...contents(database, name)]);
  const tables = [...database.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, table] of tables.entries()) {
    const lines = table.rows.map((row) => `${row.map(escaped).join('\t')}\n`).join('');
    const packed = deflateSync(Buffer.from(`${lines}\\.\n\n\n`));
    yield Buffer.concat([Buffer.from([1]), integer(3340 + index)]);
    for (let from = 0; from < packed.length; from += PIECE) yield chunk(packed.subarray(from, from + PIECE));
    yield integer(0);
  }
  if (padding > 0) yield* paddingBlock(padding);
}

const chunk = (bytes: Buffer): Buffer => Buffer.concat([integer(bytes.length), bytes]);

function* paddingBlock(bytes: number): Generator<Buffer> {
  yield Buffer.concat([Buffer.from([1]), integer(PADDING_ID)]);
  // Looks like compressed data: no two neighbours alike, and the same in every piece.
  const piece = Buffer.from(
    Array.from({ length: PIECE }, (_, index) => (index * 131 + (index >> 8) * 17) & 0xff),
  );
  for (let left = bytes; left > 0; left -= PIECE) yield chunk(piece.subarray(0, Math.min(left, PIECE)));
  yield integer(0);
}

/** What an archive holds: its tables with their rows, and the bytes that were only padding. */
export interface Restored {
  readonly tables: readonly Table[];
  readonly padding: number;
}

/** Reads an archive as pg_restore does; throws ArchiveFault with its words. */
export function readArchive(dump: Buffer, define: (tables: readonly Table[]) => void): Restored {
  const reader = new ArchiveReader(dump);
  const toc = reader.contents();
  const database = createDatabase();
  for (const { kind, definition } of toc) {
    if (kind !== 'TABLE') continue;
    const words = new Reader(definition);
    words.next();
    defineTable(database, words);
  }
  const tables = [...database.tables.values()].map((table) => ({
    ...table,
    primaryKey: keyOf(toc, table.name),
  }));
  define(tables);
  let padding = 0;
  for (let block = reader.block(); block !== undefined; block = reader.block()) {
    const { id, bytes } = block;
    const name = toc.find((known) => known.id === id && known.kind === 'TABLE DATA')?.tag;
    const table = tables.find((known) => known.name === name);
    if (table === undefined) padding += bytes.reduce((sum, part) => sum + part.length, 0);
    else fill(table, inflateSync(Buffer.concat(bytes)).toString('utf8'));
  }
  return { tables, padding };
}

function keyOf(toc: readonly { kind: string; definition: string }[], table: string): string[] {
  const found = toc.find(
    ({ kind, definition }) => kind === 'CONSTRAINT' && definition.includes(`public.${table}\n`),
  );
  return /PRIMARY KEY \((.*)\)/.exec(found?.definition ?? '')?.[1]?.split(', ') ?? [];
}

function fill(table: Table, copied: string): void {
  for (const line of copied.split('\n')) {
    if (line === '\\.') break;
    const row = line.split('\t').map((field, index) => unescaped(field, table.columns[index]));
    table.rows.push(row);
    const serial = table.columns.findIndex(({ standard }) => standard?.kind === 'serial');
    if (serial >= 0) table.serial = Math.max(table.serial, Number(row[serial] ?? 0));
  }
}

function unescaped(field: string, column: Column | undefined): Value {
  if (field === '\\N') return null;
  const plain = field.replace(
    /\\(.)/g,
    (_, letter: string) => ({ t: '\t', n: '\n', r: '\r' })[letter] ?? letter,
  );
  if (column?.type === 'boolean') return plain === 't';
  return ['integer', 'bigint', 'numeric'].includes(column?.type ?? '') ? Number(plain) : plain;
}
