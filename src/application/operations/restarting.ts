import type { Context } from '../context.ts';
import type { Done, Plan } from '../operation.ts';
import type { Command } from '../ports.ts';

/* What takes effect only in new containers: the change, and then a restart as long work, if the app runs. */

export const RESTART_NOTE =
  'All processes are restarted one after the other and the postdeploy task runs; the old ones serve until the new ones pass their checks.';
export const LATER_NOTE = 'Containers that run stay as they are until the next restart or deploy.';

/** True when there are processes that a restart would replace. Faults: APP_NOT_FOUND. */
export async function isServing({ apps, signal }: Context, app: string): Promise<boolean> {
  const { state, running } = await apps.getByName(app, signal);
  return state !== 'created' && state !== 'stopped' && running !== 'false';
}

/** The commands, then the restart when it is wanted and there is something to restart. */
export function thenRestart(
  app: string,
  commands: readonly Command[],
  restarts: boolean,
): Pick<Plan, 'commands' | 'job' | 'effect' | 'app'> {
  return restarts
    ? {
        app,
        effect: 'disruptive',
        commands: [...commands, { name: 'ps:restart', args: [app] }],
        job: { kind: 'command', command: 'ps:restart' },
      }
    : { app, effect: 'reversible', commands };
}

/** What became of the restart, as words and as the lines of the host that explain a failure. */
export function restartOutcome({ deployment }: Done): { readonly text: string; readonly untrusted?: string } {
  if (deployment === undefined) return { text: 'Nothing was restarted.' };
  const { id, status, diagnosis } = deployment;
  const evidence = diagnosis?.evidence.join('\n') ?? '';
  const why = diagnosis === undefined ? '' : ` ${diagnosis.cause} (${diagnosis.code}). ${diagnosis.advice}`;
  return {
    text: `Restart ${status} (deploy ${id}).${why}`,
    ...(evidence === '' ? {} : { untrusted: evidence }),
  };
}
