import type { Context } from './context.ts';

/**
 * True when Dokku deploys the app again where its variables change (`shouldRestart` and `triggerRestart` of its
 * plugins/config/config.go): it was deployed and nobody stopped it. Whether its processes live does not matter: a crashed
 * app gets its new variables, too. Faults: APP_NOT_FOUND.
 */
export async function isRestarted(
  { apps, signal }: Pick<Context, 'apps' | 'signal'>,
  app: string,
): Promise<boolean> {
  const { state, running } = await apps.getByName(app, signal);
  return state === 'deployed' || (state === 'deploying' && running !== 'false');
}
