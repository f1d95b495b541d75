import { property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp, SimulatedBuild } from '../state.ts';

const DEFAULT_RETENTION = 20;

/** Sources that make an image; every other source only deploys one. */
const BUILDS: ReadonlySet<string> = new Set([
  'git-hook',
  'ps:rebuild',
  'git:sync',
  'git:from-archive',
  'git:from-image',
  'git:load-image',
]);

/** Writes the record of a build that starts now (builds-record-start). */
export function startBuild(host: SimulatedHost, app: SimulatedApp, source: string): SimulatedBuild {
  const startedAt = host.now();
  const build: SimulatedBuild = {
    id: `${Math.floor(startedAt).toString(36).slice(-8).padStart(8, '0')}${host.random.base36(6)}`,
    kind: BUILDS.has(source) ? 'build' : 'deploy',
    source,
    pid: host.random.integer(1000, 32_000),
    startedAt,
    status: 'running',
    alive: true,
    output: '',
  };
  app.builds.push(build);
  return build;
}

/** Writes the end of a build, unless it was cancelled, and cleans up after others (builds-record-finalize). */
export function finishBuild(
  host: SimulatedHost,
  app: SimulatedApp,
  build: SimulatedBuild,
  exit: number,
): void {
  if (build.status === 'running') end(build, exit === 0 ? 'succeeded' : 'failed', exit, host.now());
  pruneBuilds(host, app);
}

function end(build: SimulatedBuild, status: SimulatedBuild['status'], exit: number, at: number): void {
  build.status = status;
  build.exitCode = exit;
  build.finishedAt = at;
}

/** Marks a running build as cancelled, or as failed when its process was gone already. */
export function endBuild(host: SimulatedHost, build: SimulatedBuild, status: 'canceled' | 'failed'): void {
  end(build, status, -1, host.now());
}

/** Finishes records whose process is gone, then drops the oldest beyond the retention (PruneAppBuilds). */
export function pruneBuilds(host: SimulatedHost, app: SimulatedApp): void {
  for (const build of app.builds) {
    if (build.status === 'running' && !build.alive) endBuild(host, build, 'failed');
  }
  const finished = newestFirst(app).filter(({ status }) => status !== 'running');
  const dropped = new Set(finished.slice(retention(host, app)));
  app.builds = app.builds.filter((build) => !dropped.has(build));
}

/** Records by their start, the newest first. */
export function newestFirst(app: SimulatedApp): SimulatedBuild[] {
  return [...app.builds].reverse().sort((a, b) => b.startedAt - a.startedAt);
}

/** How many finished records an app keeps (ResolveRetention). */
export function retention(host: SimulatedHost, app: SimulatedApp | '--global'): number {
  for (const scope of [app, '--global'] as const) {
    const value = Number.parseInt(property(host, 'builds', scope, 'retention'), 10);
    if (value >= 1) return value;
  }
  return DEFAULT_RETENTION;
}

/** What an operator is shown: a running record without its process is `abandoned`. */
export function displayStatus(build: SimulatedBuild): string {
  return build.status === 'running' && !build.alive ? 'abandoned' : build.status;
}
