import type { Outcome } from './select.ts';
import type { Database } from './tables.ts';

/**
 * Counts over the whole database, which the servers answer from their catalogues: exact rows of every table by
 * PostgreSQL's query_to_xml, and MySQL's tables in information_schema. Undefined for any other statement.
 */
export function countAll({ tables }: Database, statement: string): Outcome | undefined {
  const number = (name: string, value: number): Outcome => ({
    tag: 'SELECT 1',
    columns: [{ name, type: 'bigint' }],
    rows: [[value]],
  });
  if (/query_to_xml\(format\('select count\(\*\) .*\bfrom pg_stat_user_tables\s*;?\s*$/i.test(statement)) {
    return number(
      'rows',
      [...tables.values()].reduce((sum, { rows }) => sum + rows.length, 0),
    );
  }
  if (
    /^\s*select count\(\*\) from information_schema\.tables where table_schema = database\(\)\s*;?\s*$/i.test(
      statement,
    )
  ) {
    return number('count(*)', tables.size);
  }
  return undefined;
}
