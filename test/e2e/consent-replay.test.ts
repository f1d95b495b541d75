import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { stage } from '../support/stage.ts';

interface Raw {
  readonly resultType?: string;
  readonly requestState?: string;
  readonly inputRequests?: Record<string, unknown>;
  readonly isError?: boolean;
  readonly content?: readonly { readonly text: string }[];
}

/** Since 2026-07-28 the question and its answer travel through the client, who could keep, change or repeat them. */
describe('consent that a client tampers with, 2026-07-28', () => {
  const on = stage('2026-07-28', { given: ['apps:create one', 'apps:create two', 'apps:create three'] });
  const raw = async (name: string, app: string, answer: Record<string, unknown> = {}): Promise<Raw> => {
    const params = { name, arguments: { app }, ...answer } as Parameters<Client['callTool']>[0];
    return (await on.session.client.callTool(params, { allowInputRequired: true })) as Raw;
  };
  const yes = (requestState: string | undefined, name: string) => ({
    requestState,
    inputResponses: { consent: { action: 'accept', content: { name } } },
  });
  const ask = async (app: string) => {
    const question = await raw('apps_destroy', app);
    expect(question).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
    expect(JSON.stringify(question.inputRequests)).toContain(`Type ${app} to confirm`);
    return question.requestState;
  };
  const refusal = (work: Promise<Raw>): Promise<string> =>
    work.then(
      ({ isError, content }) => (isError === true ? (content?.[0]?.text ?? '') : 'it was carried out'),
      (error: unknown) => String(error),
    );

  test('an answer is good once', async () => {
    const state = await ask('one');
    expect(await raw('apps_destroy', 'one', yes(state, 'one'))).not.toHaveProperty('isError', true);
    expect(on.sim.host.apps.has('one')).toBe(false);
    await on.sim.given('apps:create one');
    expect(await refusal(raw('apps_destroy', 'one', yes(state, 'one')))).toContain('CONFIRMATION_DECLINED');
    expect(on.sim.host.apps.has('one')).toBe(true);
    expect(on.sim.changes()).toEqual(['apps:destroy one']);
  });

  test('an answer for one app is no answer for another', async () => {
    const state = await ask('two');
    expect(await refusal(raw('apps_destroy', 'three', yes(state, 'three')))).toContain('PLAN_STALE');
    expect(on.sim.changes()).toEqual([]);
  });

  test('a state that was changed on its way, or made up, is refused', async () => {
    const state = (await ask('two')) ?? '';
    const changed = `${state.slice(0, -4)}${state.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    for (const forged of [changed, 'made-up', '']) {
      expect(await refusal(raw('apps_destroy', 'two', yes(forged, 'two')))).not.toBe('it was carried out');
    }
    expect(on.sim.host.apps.has('two')).toBe(true);
    expect(on.sim.changes()).toEqual([]);
  });

  test('an answer without its state is no consent', async () => {
    const { inputResponses } = yes(undefined, 'two');
    const asked = await raw('apps_destroy', 'two', { inputResponses });
    expect(asked.resultType).toBe('input_required');
    expect(on.sim.changes()).toEqual([]);
  });
});
