import type { Reader } from './lexer.ts';
import type { Outcome } from './select.ts';
import { type Column, type Database, find, SqlFault, typeOf, type Value } from './tables.ts';

/** `create table`; everything else that can be created is taken without effect. */
export function defineTable(database: Database, reader: Reader): Outcome {
  reader.take('unlogged');
  const kind = reader.next();
  if (kind.kind !== 'word') reader.refuse(kind);
  if (kind.text !== 'table') {
    const tag = kind.text === 'unique' ? 'INDEX' : kind.text.toUpperCase();
    return { tag: `CREATE ${tag}` };
  }
  const lenient = reader.take('if', 'not', 'exists');
  const { text: name } = reader.identifier();
  if (database.tables.has(name)) {
    if (lenient) return { tag: 'CREATE TABLE', notice: `relation "${name}" already exists, skipping` };
    throw new SqlFault('42P07', `relation "${name}" already exists`);
  }
  reader.expect('(');
  const columns: Column[] = [];
  let primaryKey: string[] = [];
  do {
    if (reader.take('primary', 'key', '(')) {
      primaryKey = namesUntilEnd(reader);
    } else {
      const { column, primary } = readColumn(reader);
      columns.push(column);
      if (primary) primaryKey = [column.name];
    }
  } while (reader.take(','));
  reader.expect(')');
  const notNull = (column: Column): Column =>
    primaryKey.includes(column.name) ? { ...column, notNull: true } : column;
  database.tables.set(name, { name, columns: columns.map(notNull), primaryKey, rows: [], serial: 0 });
  return { tag: 'CREATE TABLE' };
}

/** `alter table TABLE add [column] ...`, after the first word; other changes are taken without effect. */
export function alterTable(database: Database, reader: Reader): Outcome {
  reader.expect('table');
  const table = find(database, reader.identifier());
  if (!reader.take('add')) return { tag: 'ALTER TABLE' };
  reader.take('column');
  const { column } = readColumn(reader);
  if (table.columns.some(({ name }) => name === column.name)) {
    throw new SqlFault('42701', `column "${column.name}" of relation "${table.name}" already exists`);
  }
  const value = column.standard?.kind === 'value' ? column.standard.value : null;
  const rows = table.rows.map((row) => [...row, value]);
  database.tables.set(table.name, { ...table, columns: [...table.columns, column], rows });
  return { tag: 'ALTER TABLE' };
}

function namesUntilEnd(reader: Reader): string[] {
  const names = [reader.identifier().text];
  while (reader.take(',')) names.push(reader.identifier().text);
  reader.expect(')');
  return names;
}

function readColumn(reader: Reader): { column: Column; primary: boolean } {
  const { text: name } = reader.identifier();
  const word = reader.next();
  if (word.kind !== 'word') reader.refuse(word);
  const { type, declared } = typeOf(`${word.text}${furtherWords(reader, word.text)}`);
  const serial = /serial$/.test(word.text);
  let facts = { notNull: serial, unique: false, primary: false };
  let standard: Column['standard'] = serial ? { kind: 'serial' } : undefined;
  for (;;) {
    if (reader.take('not', 'null')) facts = { ...facts, notNull: true };
    else if (reader.take('primary', 'key')) facts = { ...facts, primary: true, notNull: true };
    else if (reader.take('unique')) facts = { ...facts, unique: true };
    else if (reader.take('auto_increment')) standard = { kind: 'serial' };
    else if (reader.take('default')) standard = preset(reader);
    else if (!reader.take('null')) break;
  }
  const { notNull, unique, primary } = facts;
  return { column: { name, type, declared, notNull, unique, ...(standard && { standard }) }, primary };
}

/** `varying(20)` of `character varying(20)`. */
function furtherWords(reader: Reader, first: string): string {
  let text = '';
  if (first === 'character' && reader.take('varying')) text += ' varying';
  if (first === 'double' && reader.take('precision')) text += ' precision';
  if (first.startsWith('timestamp') && reader.take('with', 'time', 'zone')) return 'tz';
  reader.take('without', 'time', 'zone');
  if (!reader.take('(')) return text;
  text += '(';
  for (let token = reader.next(); token.text !== ')' && token.kind !== 'end'; token = reader.next())
    text += token.text;
  return `${text})`;
}

/** What follows `default`: a literal, the time, or the next number of a sequence. */
function preset(reader: Reader): Column['standard'] {
  const token = reader.next();
  if (reader.take('(')) while (!reader.take(')')) reader.next();
  while (reader.take('::')) reader.identifier();
  if (token.kind === 'number') return { kind: 'value', value: Number(token.text) };
  if (token.kind !== 'word') return { kind: 'value', value: token.text };
  if (token.text === 'nextval') return { kind: 'serial' };
  if (token.text === 'now' || token.text === 'current_timestamp') return { kind: 'now' };
  const value: Value = token.text === 'true' ? true : token.text === 'false' ? false : null;
  return { kind: 'value', value };
}
