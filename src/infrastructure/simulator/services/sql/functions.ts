import type { Token } from './lexer.ts';
import { compare, type Expression, SqlFault, type SqlType, type Surroundings, type Value } from './tables.ts';

/** An expression that is the same for every row. */
export const constant = (value: Value, type: SqlType, name = '?column?'): Expression => ({
  name,
  type,
  aggregate: false,
  value: () => value,
});

/** The server's time. */
export const moment = ({ now }: Surroundings, name: string): Expression =>
  constant(timeText(now), 'timestamp', name);

/** A time as the server shows it. */
export const timeText = (now: number): string =>
  new Date(now).toISOString().replace('T', ' ').replace('Z', '000+00');

const over = (
  type: SqlType,
  name: string,
  fold: (values: Value[]) => Value,
  inner?: Expression,
): Expression => ({
  name,
  type,
  aggregate: true,
  value: (_, group) =>
    fold(
      inner === undefined
        ? group.map(() => 1)
        : group.map((row) => inner.value(row, [row])).filter((one) => one !== null),
    ),
});

const extreme = (values: Value[], sign: number): Value =>
  values.reduce<Value>((best, one) => (best === null || compare(one, best) === sign ? one : best), null);
const sum = (values: Value[]): Value =>
  values.length === 0 ? null : values.reduce<number>((total, one) => total + Number(one), 0);

function aggregate(name: string, inner: Expression): Expression | undefined {
  const mean = (all: Value[]): Value =>
    all.length === 0 ? null : (Number(sum(all)) / all.length).toFixed(16);
  switch (name) {
    case 'count':
      return over('bigint', name, (all) => all.length, inner);
    case 'sum':
      return over('bigint', name, sum, inner);
    case 'min':
      return over(inner.type, name, (all) => extreme(all, -1), inner);
    case 'max':
      return over(inner.type, name, (all) => extreme(all, 1), inner);
    case 'avg':
      return over('numeric', name, mean, inner);
    default:
      return undefined;
  }
}

const scalars: Readonly<Record<string, { readonly type: SqlType; readonly of: (value: Value) => Value }>> = {
  upper: { type: 'text', of: (value) => String(value).toUpperCase() },
  lower: { type: 'text', of: (value) => String(value).toLowerCase() },
  length: { type: 'integer', of: (value) => [...String(value)].length },
  abs: { type: 'numeric', of: (value) => Math.abs(Number(value)) },
};

/** A function by its name; throws the server's fault where it knows none. */
export function callFunction(token: Token, args: readonly Expression[], around: Surroundings): Expression {
  const { text, position } = token;
  const [first] = args;
  if (text === 'count' && first === undefined) return over('bigint', 'count', (all) => all.length);
  if (text === 'generate_series' && around.columns.has(text)) {
    return { name: text, type: 'integer', aggregate: false, value: (row) => row.get(text) ?? null };
  }
  if (first !== undefined) {
    const found = aggregate(text, first);
    if (found !== undefined) return found;
    if (text === 'coalesce') {
      const value: Expression['value'] = (row, group) =>
        args.map((arg) => arg.value(row, group)).find((one) => one !== null) ?? null;
      return { ...first, name: text, value };
    }
    const scalar = Object.hasOwn(scalars, text) ? scalars[text] : undefined;
    if (scalar !== undefined) {
      const value: Expression['value'] = (row, group) => {
        const inner = first.value(row, group);
        return inner === null ? null : scalar.of(inner);
      };
      return { ...first, name: text, type: scalar.type, value };
    }
  }
  if (text === 'now') return moment(around, text);
  if (text === 'version') return constant(around.version, 'text', text);
  if (text === 'current_database' || text === 'database') return constant(around.database, 'text', text);
  const shown = args.map((arg) => arg.type).join(', ');
  throw new SqlFault('42883', `function ${text}(${shown}) does not exist`, { position });
}
