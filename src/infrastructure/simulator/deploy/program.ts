/*
 * The web program that every image of the simulated world runs: listens on $PORT, crashes with CRASH, answers 503 on
 * /health with UNHEALTHY, waits START_DELAY before it listens; the argument `worker` makes it a ticking worker.
 */

type Environment = Readonly<Record<string, string>>;

/** Seconds between two lines of a worker. */
const TICK_MS = 5000;

/** True when the process ends at once, again and again. */
export const crashes = (environment: Environment): boolean => (environment.CRASH ?? '') !== '';

/** The one line of a process that crashes. */
export const CRASH_LINE = 'fatal: required setting DATABASE_URL is missing';

/** What the program prints when it is told to stop. */
export const STOP_LINE = 'SIGTERM, bye';

/** Milliseconds until the program listens (`25s`, `25`). */
export function startDelay(environment: Environment): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(environment.START_DELAY ?? '');
  if (found === null) return 0;
  const unit = { ms: 1, s: 1000, m: 60_000 }[found[2] ?? 's'] ?? 1000;
  return Number(found[1]) * unit;
}

export const isWorker = (command: string): boolean => /\bworker\b/.test(command);

/** The port on which the program listens. */
export const listenPort = (environment: Environment): number => Number(environment.PORT || '5000');

/** The program's first line. */
export function bootLine(command: string, environment: Environment): string {
  const version = environment.APP_VERSION ?? '';
  if (isWorker(command)) return `worker booted ${version}`;
  return `listening on ${listenPort(environment)} version ${version}`;
}

/** Lines of a worker from its start until now: a tick at once and then every 5 s. */
export function ticks(startedAt: number, until: number): { at: number; text: string }[] {
  const count = Math.max(0, Math.floor((until - startedAt) / TICK_MS) + 1);
  return Array.from({ length: count }, (_, index) => ({
    at: startedAt + 1 + index * TICK_MS,
    text: `tick ${index}`,
  }));
}

/** What the program answers to `GET path`. */
export function answer(path: string, environment: Environment): { status: number; body: string } {
  if (path === '/health' && (environment.UNHEALTHY ?? '') !== '') return { status: 503, body: 'db down' };
  if (path === '/health' || path === '/') return { status: 200, body: 'ok' };
  return { status: 404, body: '404 page not found' };
}
