import type { Context } from './context.ts';

/** True when processes of the app run, which a restart or a new deploy would replace. Faults: APP_NOT_FOUND. */
export async function isLive(
  { apps, signal }: Pick<Context, 'apps' | 'signal'>,
  app: string,
): Promise<boolean> {
  const { state, running } = await apps.getByName(app, signal);
  return state !== 'created' && state !== 'stopped' && running !== 'false';
}
