import { expect, test } from 'vitest';
import { runFaults } from './run.ts';

test('changes under faults are sent once, closed once, and never called done when they are not', async () => {
  const wrong: string[] = [];
  const result = await runFaults({ runs: 24, seed: 7, report: (line) => wrong.push(line) });
  expect(wrong).toEqual([]);
  expect(result).toEqual({ runs: 24, duplicates: 0, orphans: 0, falseOk: 0 });
}, 600_000);
