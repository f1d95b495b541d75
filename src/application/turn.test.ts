import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../test/support/context.ts';
import type { Deployment, DeploySource } from '../domain/application/deployment.ts';
import type { Context } from './context.ts';
import type { Busy } from './deployments.ts';
import { awaitTurn } from './turn.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench();
});
afterEach(() => on.close());

const restart: DeploySource = { kind: 'command', command: 'ps:restart' };

function job(source: DeploySource): Deployment {
  const told = { status: 'running', phase: 'unknown', startedAt: 0, warnings: [], lines: 0 } as const;
  return { id: 'd-1', host: 'sim', app: 'shop', source, ...told };
}

/** A context whose app is as busy as these say, one a question; the last one stays. */
function busy(...states: readonly Busy[]): Context & { asked: () => number } {
  let asked = 0;
  const state = async (): Promise<Busy> => states[Math.min(asked++, states.length - 1)] ?? {};
  return {
    ...on.context,
    deployments: { ...on.context.deployments, busy: state },
    asked: () => asked,
  };
}

const turn = (ms: number) => ({ since: on.context.clock.now(), until: on.context.clock.now() + ms });

describe('the turn of a change', () => {
  it('comes at once when nothing runs, and what ended before is no news', async () => {
    expect(await awaitTurn('shop', turn(0), busy({}))).toBe(false);
    expect(await awaitTurn('shop', turn(0), busy({ endedAt: on.context.clock.now() - 1 }))).toBe(false);
  });

  it('comes when the job has ended, which is news', async () => {
    const context = busy({ job: job(restart) }, { job: job(restart) }, { endedAt: on.context.clock.now() });
    expect(await awaitTurn('shop', turn(60_000), context)).toBe(true);
    expect(context.asked()).toBe(3);
  });

  it('does not come for ever: the refusal names the job and the next call', async () => {
    await expect(awaitTurn('shop', turn(1_000), busy({ job: job(restart) }))).rejects.toMatchObject({
      code: 'LOCKED',
      message: 'Another ps:restart of "shop" is running (d-1), so this one was not started.',
      // Dokku cannot cancel a restart.
      remedy: 'Follow it with deploy_status {"app": "shop", "id": "d-1"}, then call again.',
    });
    const deploy = job({ kind: 'image', image: 'demo/web:1' });
    await expect(awaitTurn('shop', turn(0), busy({ job: deploy }))).rejects.toMatchObject({
      remedy:
        'Follow it with deploy_status {"app": "shop", "id": "d-1"}, or end it with deploy_cancel, then call again.',
    });
  });

  it('ends with the call that waits for it', async () => {
    const context = { ...busy({ job: job(restart) }), signal: AbortSignal.abort() };
    await expect(awaitTurn('shop', turn(60_000), context)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
