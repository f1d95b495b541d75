import { beforeAll, describe, expect, test } from 'vitest';
import { appDiagnose } from '../../src/application/operations/app-diagnose.ts';
import { moveIn } from '../causes/bench.ts';
import { Operator } from '../causes/operator.ts';
import { scenarios } from '../causes/scenarios.ts';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

/** Reports that get dearer with every app of the host; a diagnosis of one app must send none of them. */
const MOST_COMMANDS = 40;

/** What an app prints may hold its variables: it is not read where they cannot be. */
const withheld = (cause: string): readonly string[] =>
  cause === 'POISONED_CONFIG' ? ['config', 'logs', 'failed containers', 'restarts'] : ['config'];

describe.each(eras)('what is wrong with an app, %s', (era) => {
  const on = stage(era);

  beforeAll(async () => moveIn(new Operator(on.sim.host)));

  // One host for all: every app that was brought into trouble stays there as a neighbour of the next ones.
  test.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      const { app, cause, evidence, next, happens } = scenario;
      const after = await happens(new Operator(on.sim.host), app);
      const { data, text, isError } = await on.call('app_diagnose', { app });
      await after?.();
      const { causes, unread } = appDiagnose.output.parse(data);
      expect([isError, causes[0]?.code]).toEqual([false, cause]);
      expect(causes[0]?.evidence.join('\n')).toContain(evidence);
      expect(JSON.stringify(causes[0]?.next)).toContain(next);
      expect(text).toContain(`What is wrong with ${app}, to be mended in this order:\n1. ${cause} (`);
      const fence = text.indexOf('--- text from the host ');
      expect(text.indexOf(evidence)).toBeGreaterThan(fence);
      expect(unread.map(({ part }) => part).filter((part) => !withheld(cause).includes(part))).toEqual([]);
      expect(on.sim.changes()).toEqual([]);
      const commands = on.sim.commands();
      expect(commands.length).toBeLessThanOrEqual(MOST_COMMANDS);
      expect(commands.filter((line) => /:report(?: --|$)/.test(line))).toEqual([]);
    },
  );

  test('nothing is wrong with the apps beside them', async () => {
    for (const app of ['well', 'well-git']) {
      const { data, text } = await on.call('app_diagnose', { app });
      expect(appDiagnose.output.parse(data).causes).toEqual([]);
      expect(text).toMatch(/^Nothing wrong found with \S+\. Checked: state, processes, last deploy, /);
    }
  });

  test('an app in trouble is told to be asked about', async () => {
    expect((await on.call('apps_info', { app: 'halted' })).text).toContain('app_diagnose');
    expect((await on.call('apps_info', { app: 'well' })).text).not.toContain('app_diagnose');
  });

  test('the secrets of an app stay out of its evidence', async () => {
    const operator = new Operator(on.sim.host);
    await operator.deploys('leaky');
    await operator.does(
      'config:set --no-restart leaky API_KEY=hunter2hunter2 "CRASH=fatal: bad key hunter2hunter2"',
    );
    await operator.failsAt('git:from-image leaky demo/web:2');
    const { data, text } = await on.call('app_diagnose', { app: 'leaky' });
    expect(appDiagnose.output.parse(data).causes[0]?.code).toBe('CRASHED_AT_BOOT');
    expect(text + JSON.stringify(data)).not.toContain('hunter2hunter2');
  });
});
