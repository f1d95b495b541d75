import { callFunction, constant, moment } from './functions.ts';
import type { Reader, Token } from './lexer.ts';
import {
  compare,
  type Expression,
  SqlFault,
  type SqlType,
  type Surroundings,
  typeOf,
  type Value,
} from './tables.ts';

const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['=', '<>', '!=', '<', '>', '<=', '>=', 'like', 'is', 'in'],
  ['||', '+', '-'],
  ['*', '/', '%'],
];

/** Reads an expression with the operators of SQL in their order. */
export function expression(reader: Reader, around: Surroundings, level = 0): Expression {
  const operators = levels[level];
  if (operators === undefined) return cast(reader, unary(reader, around));
  if (level === 2 && reader.take('not')) return not(expression(reader, around, level));
  let left = expression(reader, around, level + 1);
  for (
    let token = reader.peek();
    operators.includes(token.text) && token.kind !== 'string';
    token = reader.peek()
  ) {
    reader.next();
    if (token.text === 'is') left = isNull(reader, left);
    else if (token.text === 'in') left = isIn(reader, around, left);
    else left = binary(token, left, expression(reader, around, level + 1));
  }
  return left;
}

const not = (inner: Expression): Expression => ({
  ...inner,
  name: '?column?',
  type: 'boolean',
  value: (row, group) => {
    const value = inner.value(row, group);
    return value === null ? null : !value;
  },
});

function isNull(reader: Reader, left: Expression): Expression {
  const negated = reader.take('not');
  reader.expect('null');
  return {
    ...left,
    name: '?column?',
    type: 'boolean',
    value: (row, group) => (left.value(row, group) === null) !== negated,
  };
}

function isIn(reader: Reader, around: Surroundings, left: Expression): Expression {
  reader.expect('(');
  const members = list(reader, around);
  reader.expect(')');
  return {
    ...left,
    name: '?column?',
    type: 'boolean',
    value: (row, group) =>
      members.some((member) => compare(left.value(row, group), member.value(row, group)) === 0),
  };
}

function list(reader: Reader, around: Surroundings): Expression[] {
  const found = [expression(reader, around)];
  while (reader.take(',')) found.push(expression(reader, around));
  return found;
}

function binary({ text }: Token, left: Expression, right: Expression): Expression {
  const aggregate = left.aggregate || right.aggregate;
  const value: Expression['value'] = (row, group) => {
    const [a, b] = [left.value(row, group), right.value(row, group)];
    if (text === 'and') return a === true && b === true;
    if (text === 'or') return a === true || b === true;
    if (a === null || b === null) return null;
    return text === '||' ? `${a}${b}` : calculate(text, a, b, left.type);
  };
  const arithmetic = ['+', '-', '*', '/', '%'].includes(text);
  const type = arithmetic ? left.type : text === '||' ? 'text' : 'boolean';
  return { name: '?column?', type, aggregate, value };
}

function calculate(sign: string, a: Value, b: Value, type: SqlType): Value {
  const order = compare(a, b);
  const [x, y] = [Number(a), Number(b)];
  switch (sign) {
    case '=':
      return order === 0;
    case '<>':
    case '!=':
      return order !== 0;
    case '<':
      return order === -1;
    case '>':
      return order === 1;
    case '<=':
      return order !== 1;
    case '>=':
      return order !== -1;
    case 'like':
      return likePattern(String(b)).test(String(a));
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    default:
      if (y === 0) throw new SqlFault('22012', 'division by zero');
      if (sign === '%') return x % y;
      return type === 'numeric' ? x / y : Math.trunc(x / y);
  }
}

function likePattern(text: string): RegExp {
  const escaped = text
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '[\\s\\S]*')
    .replaceAll('_', '.');
  return new RegExp(`^${escaped}$`);
}

function cast(reader: Reader, inner: Expression): Expression {
  if (!reader.take('::')) return inner;
  const { text } = reader.identifier();
  const { type } = typeOf(text);
  return cast(reader, { ...inner, name: inner.name === '?column?' ? text : inner.name, type });
}

/** Words that cannot name a column. */
const reserved: ReadonlySet<string> = new Set(
  'select from where group order limit offset having union as on and or not in is like table into values'.split(
    ' ',
  ),
);

function unary(reader: Reader, around: Surroundings): Expression {
  const token = reader.next();
  if (token.kind === 'sign' && token.text === '(') {
    const inner = expression(reader, around);
    reader.expect(')');
    return inner;
  }
  if (token.kind === 'sign' && token.text === '-') {
    const inner = unary(reader, around);
    return { ...inner, name: '?column?', value: (row, group) => -Number(inner.value(row, group)) };
  }
  if (token.kind === 'string') return constant(token.text, 'text');
  if (token.kind === 'number') {
    return constant(Number(token.text), token.text.includes('.') ? 'numeric' : 'integer');
  }
  if (token.kind === 'quoted') return column(reader, token, around);
  if (token.kind !== 'word') return reader.refuse(token);
  if (token.text === 'null') return constant(null, 'text');
  if (token.text === 'true' || token.text === 'false')
    return constant(token.text === 'true', 'boolean', 'bool');
  if (token.text === 'current_user' || token.text === 'user')
    return constant(around.user, 'text', token.text);
  if (token.text === 'current_timestamp') return moment(around, token.text);
  if (reserved.has(token.text)) return reader.refuse(token);
  if (reader.take('(')) return callFunction(token, argumentsOf(reader, around, token), around);
  return column(reader, token, around);
}

function column(reader: Reader, token: Token, around: Surroundings): Expression {
  const name = reader.take('.') ? reader.identifier().text : token.text;
  const type = around.columns.get(name);
  if (type === undefined) {
    throw new SqlFault('42703', `column "${name}" does not exist`, { position: token.position });
  }
  return { name, type, aggregate: false, value: (row) => row.get(name) ?? null };
}

/** The arguments of a function up to its bracket; `count(*)` has none. */
function argumentsOf(reader: Reader, around: Surroundings, { text }: Token): Expression[] {
  if (text === 'count' && reader.take('*', ')')) return [];
  reader.take('distinct');
  if (reader.take(')')) return [];
  const args = list(reader, around);
  reader.expect(')');
  return args;
}
