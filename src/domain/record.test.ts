import { expect, test } from 'vitest';
import { z } from 'zod';
import { recordOf } from './record.ts';

const schema = recordOf(z.string().regex(/^[a-z_]+$/, 'a lower-case name'), z.int('a whole number'));
const own = (name: string): unknown => JSON.parse(`{"${name}": 1}`);

test.each(['__proto__', 'constructor', 'a'])('%s is a name like any other', (name) => {
  const parsed = schema.parse(own(name));
  expect(Object.entries(parsed)).toEqual([[name, 1]]);
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
});

test.each([
  [{ A: 1 }, ['A'], 'a lower-case name'],
  [{ a: 1.5 }, ['a'], 'a whole number'],
  [[1], [], 'it is an object of names and values'],
  [null, [], 'it is an object of names and values'],
])('%j is refused at its place', (given, path, message) => {
  expect(schema.safeParse(given).error?.issues[0]).toMatchObject({ path, message });
});

test('its JSON Schema is that of a record', () => {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  expect(shape).toMatchObject({ type: 'object', additionalProperties: { type: 'integer' } });
});
