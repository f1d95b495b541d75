import { beforeEach, expect, test } from 'vitest';
import { say } from '../../../../../test/support/simulated-session.ts';
import { SimulatedHost } from '../../host.ts';

let host: SimulatedHost;
beforeEach(async () => {
  host = new SimulatedHost({ now: Date.parse('2026-11-23T18:00:00Z') });
  host.install('postgres');
  await say(host, 'postgres:create db');
  await sql(`create table t(id serial primary key, name varchar(9) not null unique, price numeric, made timestamptz default now());
insert into t (name, price) values ('a', 2.5), ('b', 4), ('c', null);`);
});

const sql = (text: string) => say(host, 'postgres:connect db', text);

test.each([
  ["select name from t where price > 2 and name <> 'a';", ' name \n------\n b\n(1 row)\n\n'],
  [
    'select count(*), sum(price) as total from t;',
    ' count | total \n-------+-------\n     3 |   6.5\n(1 row)\n\n',
  ],
  ['select name from t order by id desc limit 2 offset 1;', ' name \n------\n b\n a\n(2 rows)\n\n'],
  [
    'select price is null as unknown, count(*) from t group by price is null order by 2;',
    ' unknown | count \n---------+-------\n t       |     1\n f       |     2\n(2 rows)\n\n',
  ],
  ["update t set price = price + 1 where name in ('a', 'b');", 'UPDATE 2\n'],
  ["delete from t where name like '_';", 'DELETE 3\n'],
  ['insert into t (name) select generate_series(1, 4);', 'INSERT 0 4\n'],
  [
    "select 7 / 2, 7 % 2, upper('x'), current_database();",
    ' ?column? | ?column? | upper | current_database \n----------+----------+-------+------------------\n        3 |        1 | X     | db\n(1 row)\n\n',
  ],
  [
    "insert into t (name) values ('x') returning id, name;",
    ' id | name \n----+------\n  4 | x\n(1 row)\n\nINSERT 0 1\n',
  ],
  [
    'begin; delete from t; rollback; select count(*) from t;',
    'BEGIN\nDELETE 3\nROLLBACK\n count \n-------\n     3\n(1 row)\n\n',
  ],
  [
    'alter table t add column more int default 7; select max(more) from t;',
    'ALTER TABLE\n max \n-----\n   7\n(1 row)\n\n',
  ],
  ['select id from t where id = 9', ' id \n----\n(0 rows)\n\n'],
  ['\\t\nselect id from t where id = 1;', 'Tuples only is on.\n  1\n\n'],
])('%s', async (statement, shown) => {
  expect(await sql(statement)).toMatchObject({ exit: 0, stdout: shown, stderr: '' });
});

test.each([
  [
    'insert into t (name) values (null);',
    'ERROR:  null value in column "name" of relation "t" violates not-null constraint\nDETAIL:  Failing row contains (4, null, null, 2026-11-23 ',
  ],
  [
    "insert into t (name) values ('a');",
    'ERROR:  duplicate key value violates unique constraint "t_name_key"\nDETAIL:  Key (name)=(a) already exists.\n',
  ],
  ["insert into t (id, name) values ('x', 'y');", 'ERROR:  invalid input syntax for type integer: "x"\n'],
  ['select 1 / 0;', 'ERROR:  division by zero\n'],
  ['select nope();', 'ERROR:  function nope() does not exist\nLINE 1: select nope();\n               ^\n'],
  ['create table t(i int);', 'ERROR:  relation "t" already exists\n'],
  [
    'select\n  * from gone;',
    'ERROR:  relation "gone" does not exist\nLINE 2:   * from gone;\n                 ^\n',
  ],
  ['select * frm t;', 'ERROR:  syntax error at or near "frm"\nLINE 1: select * frm t;\n                 ^\n'],
])('%s is refused with exit code 3', async (statement, reason) => {
  const { exit, stderr } = await sql(`${statement} select 'not reached';`);
  expect(exit).toBe(3);
  expect(stderr.startsWith(reason)).toBe(true);
});

test('the log keeps what the server refused', async () => {
  await sql('select * from gone;');
  const { stdout } = await say(host, 'postgres:logs db --num 2');
  expect(stdout).toMatch(
    /ERROR: {2}relation "gone" does not exist at character 15\n.*STATEMENT: {2}select \* from gone;\n$/,
  );
});

test('what is there already, or not at all, is a notice where it may be', async () => {
  expect(await sql('drop table if exists nope; create table if not exists t(i int);')).toMatchObject({
    exit: 0,
    stdout: 'DROP TABLE\nCREATE TABLE\n',
    stderr:
      'NOTICE:  table "nope" does not exist, skipping\nNOTICE:  relation "t" already exists, skipping\n',
  });
});

test.each([
  ["psql -U postgres -d db -At -c 'select name from t where id < 3'", 0, 'a\nb\n', ''],
  ["psql --username=postgres db -tAc 'select count(*) from t'", 0, '3\n', ''],
  ['psql -c x', 2, '', 'FATAL:  role "root" does not exist\n'],
  ['psql -U postgres -d nope -c x', 2, '', 'FATAL:  database "nope" does not exist\n'],
  ["sh -c 'echo b; echo a | sort | wc -l'", 0, 'b\n1\n', ''],
])('enter runs %s', async (command, code, shown, error) => {
  const { exit, stdout, stderr } = await say(host, `postgres:enter db ${command}`);
  expect({ exit, stdout }).toEqual({
    exit: code,
    stdout: `-----> Filesystem changes may not persist after container restarts\n${shown}`,
  });
  expect(stderr.endsWith(error)).toBe(true);
});
