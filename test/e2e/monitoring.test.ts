import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { stage } from '../support/stage.ts';

describe('samples on a schedule', () => {
  const on = stage('2026-07-28', {
    given: ['apps:create shop'],
    settings: { monitoring: { sample_minutes: 60 } },
  });

  test('are taken by the server itself, and shown with what they say', async () => {
    while (!on.sim.commands().includes('report')) await delay(20);
    let samples = 0;
    while (samples === 0) {
      const { data } = await on.call('command_query', { name: 'host_samples', input: {} });
      samples = (data.result as { samples: number }).samples;
    }
    expect(samples).toBe(1);
    expect(on.sim.changes()).toEqual([]);
  });
});

describe('without a schedule', () => {
  const on = stage('2026-07-28');

  test('nothing is sent before somebody asks', async () => {
    await on.session.client.listTools();
    expect(on.sim.lines()).toEqual([]);
  });
});
