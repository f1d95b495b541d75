import type { SimulatedApp } from '../state.ts';

/** `true`, `false` or `mixed`: how many of the app's containers run (scheduler-app-status); docker counts a restarting one. */
export function runningState(app: SimulatedApp): 'true' | 'false' | 'mixed' {
  const up = app.containers.filter(({ state }) => state === 'running' || state === 'restarting').length;
  if (up === 0) return 'false';
  return up === app.containers.length ? 'true' : 'mixed';
}
