import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunningCli, startCli } from '../support/cli.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';

const set = ['call', 'config_set', '{"app":"shop","values":{"A":"1"},"restart":false}'];
const isSet = (name: string | undefined) => name === 'config:set' || name === 'config:import';

describe('Ctrl-C', () => {
  let sim: SimulatedDokku;
  const on = (words: readonly string[]): RunningCli => startCli([...words, '--config', sim.config]);
  /** Once the host has a command like this, it hangs there. */
  const arrived = (command: RegExp) =>
    vi.waitFor(() => expect(sim.commands().some((line) => command.test(line))).toBe(true), {
      timeout: 60_000,
      interval: 50,
    });
  beforeAll(async () => {
    sim = await startSimulatedDokku();
    await sim.given('apps:create shop');
  });
  beforeEach(() => {
    sim.answer = undefined;
    sim.forget();
  });
  afterAll(() => sim.stop());

  test('gives a read up', async () => {
    sim.answer = ([name]) => (name?.startsWith('config:') ? 'hang' : undefined);
    const { child, result } = on(['call', 'config_get', '{"app":"shop"}']);
    await arrived(/^config:/);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await result;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('[CANCELLED]');
    expect(sim.changes()).toEqual([]);
  });

  test('a change says what is known of it', async () => {
    sim.answer = ([name]) => (isSet(name) ? 'hang' : undefined);
    const { child, result } = on(set);
    await arrived(/^config:(?:set|import) /);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(1);
    expect(stderr).toMatch(/The outcome of dokku config:\S+ is unknown[\s\S]*\[OUTCOME_UNKNOWN\]/);
    expect(sim.changes()).toHaveLength(1);
  });

  test('the second one ends at once', async () => {
    let sent = false;
    sim.answer = ([name]) => {
      sent ||= isSet(name);
      return sent ? 'hang' : undefined;
    };
    const { child, said, result } = on(set);
    await arrived(/^config:(?:set|import) /);
    child.kill('SIGINT');
    await vi.waitFor(() => expect(said()).toContain('Ctrl-C again'), { timeout: 60_000, interval: 50 });
    child.kill('SIGINT');
    const { code, stdout, stderr } = await result;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).not.toContain('[OUTCOME_UNKNOWN]');
  });
});
