import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('consent, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create doomed',
      'config:set --no-restart doomed API_TOKEN=tok-4711-abc',
      'apps:create kept',
    ],
  });
  const gone = (name: string) => !on.sim.host.apps.has(name);

  test('the person sees what goes with the app, types its name, and it is destroyed', async () => {
    const asked: string[] = [];
    on.consent = (message) => {
      asked.push(message);
      return { name: 'doomed' };
    };
    const { data, text } = await on.call('apps_destroy', { app: 'doomed' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^Destroy the app doomed \(destructive\)\. Nothing has been sent\.\n/);
    expect(asked[0]).toContain('API_TOKEN');
    expect(asked[0]).not.toContain('tok-4711-abc');
    expect(asked[0]).toContain('- dokku --force apps:destroy doomed');
    expect(data).toMatchObject({
      status: 'applied',
      effect: 'destructive',
      result: { app: 'doomed', destroyed: true },
    });
    expect(text).toBe('The app doomed is gone.');
    expect(gone('doomed')).toBe(true);
    expect(on.sim.changes()).toEqual(['apps:destroy doomed']);
  });

  test.each([
    ['another name', { name: 'Kept' }, 'the name typed is not "kept"'],
    ['nothing', { name: '' }, 'the name typed is not "kept"'],
    ['no', 'decline', 'declined'],
    ['by closing the question', 'cancel', 'cancelled or not available'],
  ] as const)('answered with %s nothing is sent', async (_how, answer, reason) => {
    on.consent = () => answer;
    const { isError, code, text } = await on.call('apps_destroy', { app: 'kept' });
    expect({ isError, code }).toEqual({ isError: true, code: 'CONFIRMATION_DECLINED' });
    expect(text).toContain(`was not confirmed (${reason}); nothing was sent.`);
    expect(text).toContain('Do not look for another way');
    expect(on.sim.changes()).toEqual([]);
    expect(gone('kept')).toBe(false);
  });

  test('a client that cannot ask is told the way out, and nothing is sent', async () => {
    const mute = await on.another();
    const { code, text } = await mute.call('apps_destroy', { app: 'kept' });
    expect(code).toBe('CONFIRMATION_REQUIRED');
    expect(text).toContain(
      'Destroy the app kept is destructive and needs the consent of a person; nothing was sent.',
    );
    expect(text).toMatch(/in a terminal: dokku-mcp approve p-[a-z0-9]+ --state-dir /);
    expect(on.sim.changes()).toEqual([]);
  });

  test('consent to a state that has changed meanwhile is refused as stale', async () => {
    on.consent = () => {
      on.app('kept').config.set('ADDED', 'meanwhile');
      return { name: 'kept' };
    };
    const { code, text } = await on.call('apps_destroy', { app: 'kept' });
    expect(code).toBe('PLAN_STALE');
    expect(text).toContain('Make the plan again with mode: plan');
    expect(on.sim.changes()).toEqual([]);
    expect(gone('kept')).toBe(false);
  });

  test('mode plan of a destructive change asks nobody', async () => {
    const { data } = await on.call('apps_destroy', { app: 'kept', mode: 'plan' });
    expect(data).toMatchObject({ status: 'planned', effect: 'destructive' });
    expect(on.session.questions.filter((question) => question.includes('kept'))).toHaveLength(5);
  });

  test('the long tail asks too: command_execute of a destructive command', async () => {
    on.consent = () => ({ name: 'wrong' });
    const { code } = await on.call('command_execute', { name: 'apps:destroy', args: ['kept'] });
    expect(code).toBe('CONFIRMATION_DECLINED');
    expect(on.sim.changes()).toEqual([]);
  });
});
