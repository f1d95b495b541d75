import { describe, expect, test } from 'vitest';
import { operations } from '../../src/application/operations/index.ts';
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
    const missing = operations.map(({ name }) => name).filter((name) => !result.tools.has(name));
    expect(missing).toEqual([]);
    const failed = operations.map(({ name }) => name).filter((name) => !result.succeeded.has(name));
    // Neither a deploy nor a backup is under way, and the app has a formation in its app.json.
    if (era === '2025-11-25') expect(failed).toEqual(['deploy_cancel', 'ps_scale', 'backup_cancel']);
    expect(result.calls).toBeGreaterThan(100);
    expect(result.codes.get('ok')).toBeGreaterThan(20);
  }, 600_000);
});
