import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { CorpusCase } from '../corpus/case.ts';
import { type CorpusResult, runCorpus } from '../corpus/run.ts';

const cases = JSON.parse(readFileSync('test/corpus/hostile-inputs.json', 'utf8')) as CorpusCase[];
let result: CorpusResult;

beforeAll(async () => {
  result = await runCorpus(cases);
}, 300_000);

test('every hostile input is refused and every honest one arrives whole', () => {
  expect(result.failures).toEqual([]);
});

test('every case of the own corpus applies', () => {
  expect(result.notApplicable).toEqual([]);
  expect(result.pass).toBe(cases.length);
});

test('ids are unique and each group has honest and hostile cases where a tool can accept something', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  const honest = new Set(cases.filter(({ positive }) => positive === true).map(({ group }) => group));
  for (const group of [
    'app_name',
    'env_value',
    'domain',
    'git_url',
    'image_ref',
    'ports',
    'run_argv',
    'command',
  ]) {
    expect(honest).toContain(group);
  }
});
