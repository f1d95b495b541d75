import { describe, expect, test } from 'vitest';
import { type CanaryResult, runCanaries } from '../canaries/run.ts';
import { eras } from '../support/mcp.ts';

// The whole run is `npm run canaries`; here each era takes the paths that the other does not.
const paths = {
  '2025-11-25': ['success', 'app missing'],
  '2026-07-28': ['unparsable output', 'poisoned config', 'internal error'],
} as const;

describe.each(eras)('canaries, %s', (era) => {
  test('fifty secrets come out nowhere, whichever tool is called and however it fails', async () => {
    const result: CanaryResult = await runCanaries({ era, paths: paths[era] });
    expect(result.leaks).toEqual([]);
    expect(result.canaries).toBeGreaterThanOrEqual(50);
    expect(result.tools.size).toBe(22);
    expect(result.calls).toBeGreaterThan(100);
    expect(result.codes.get('ok')).toBeGreaterThan(20);
  }, 600_000);
});
