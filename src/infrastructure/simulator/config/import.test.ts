import { expect, test } from 'vitest';
import { readJsonVariables } from './import.ts';

test.each([
  ['', 'EOF'],
  ['{', 'unexpected EOF'],
  ['{"A":"1"', 'unexpected EOF'],
  ['A=1', "invalid character 'A' looking for beginning of value"],
  ['{A:1}', "invalid character 'A' looking for beginning of object key string"],
  ['{"A":"1",}', "invalid character '}' looking for beginning of object key string"],
  ['{"A" "1"}', "invalid character '\"' after object key"],
  ['{"A":"1" "B":"2"}', "invalid character '\"' after object key:value pair"],
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['{"A":1}', 'json: cannot unmarshal number into Go value of type string'],
  ['{"A":["1"]}', 'json: cannot unmarshal array into Go value of type string'],
  ['["A"]', 'json: cannot unmarshal array into Go value of type map[string]string'],
])('%j is refused', (text, message) => {
  expect(() => readJsonVariables(text)).toThrow(message);
});

test('what follows the first value is not looked at, and null is empty', () => {
  expect([...readJsonVariables('{"A":"x","B":null} trailing')]).toEqual([
    ['A', 'x'],
    ['B', ''],
  ]);
});
