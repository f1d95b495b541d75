import type { BuildSummary } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';

/** Build records of an app, newest first; none on a host below 0.38, which keeps none. */
export async function buildsOf({ apps, signal }: Context, app: string): Promise<readonly BuildSummary[]> {
  try {
    return await apps.builds(app, signal);
  } catch (error) {
    if (DomainError.is(error, 'UNSUPPORTED')) return [];
    throw error;
  }
}

/** LOCKED while a build of the app runs: Dokku would commit the new source first and refuse afterwards. */
export function refuseWhileBuilding(app: string, builds: readonly BuildSummary[]): void {
  const running = builds.find(({ status }) => status === 'running');
  if (running !== undefined) throw new DomainError('LOCKED', { app, build: running.id });
}
