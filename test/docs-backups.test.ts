import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { runCli } from './support/cli.ts';
import { type SimulatedDokku, startSimulatedDokku } from './support/simulated-host.ts';

const guide = readFileSync('docs/guide/backups.md', 'utf8');
/** The first call of this action that the guide shows; what it leaves out is the service of the call before. */
function shown(action: string): string {
  const [call] = new RegExp(`\\{"action": "${action}"[^}]*\\}`).exec(guide) ?? [];
  if (call === undefined) throw new Error(`the guide shows no ${action}`);
  return call.replace('…', '"type": "postgres", "service": "shop"');
}

describe('the guide to backups', () => {
  let sim: SimulatedDokku;
  let folder: string;
  const call = (tool: string, json: string) =>
    runCli(['call', tool, json, '--config', sim.config, '--state-dir', folder]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'));
    sim = await startSimulatedDokku();
    sim.host.install('postgres');
    await sim.given('postgres:create shop');
  });
  afterAll(async () => {
    await sim?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('its settings are settings, and mean what it says', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const config = join(folder, 'config.yaml');
    writeFileSync(config, yaml);
    const { backups } = loadConfig({ config }, { HOME: folder }).config;
    expect(backups).toMatchObject({
      fresh_hours: 26,
      services: { 'redis/cache': { fresh_hours: 168 } },
      keep: { daily: 7, weekly: 4, monthly: 6 },
    });
  });

  test('its calls export a service, prove the dump, and ask before they import it', async () => {
    const exported = await call('backups_run', shown('export'));
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    expect(exported.stdout).toContain('The postgres service shop is exported');
    const tested = await call('backups_run', shown('test_restore'));
    expect(tested, tested.stderr).toMatchObject({ code: 0 });
    expect(tested.stdout).toContain('can be restored');
    const imported = await call('backups_run', shown('import'));
    expect(imported.stderr).toContain('CONFIRMATION_REQUIRED');
    expect(sim.changes().filter((line) => line.startsWith('postgres:import shop'))).toEqual([]);
    const status = await call('command_query', '{"name": "backup_status", "input": {}}');
    expect(status.stdout).toMatch(/postgres shop: .*restore/);
  });

  test('its calls about a job are calls of tools that are there', async () => {
    const calls = [...guide.matchAll(/`(command_\w+)` `(\{"name": "backup_\w+".*?\}\})`/g)];
    expect(calls.length).toBeGreaterThanOrEqual(2);
    for (const [, tool = '', json = ''] of calls) {
      const { stderr } = await call(tool, json.replace('b-…', 'b-00000000abcdef'));
      expect(stderr).toContain('b-00000000abcdef');
      expect(stderr).toContain('NOT_FOUND');
    }
  });
});
