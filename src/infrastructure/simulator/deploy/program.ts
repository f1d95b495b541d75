/*
 * The web program that every image of the simulated world runs: listens on $PORT (on $ALT_PORT where that is set),
 * crashes with CRASH and without the variables that REQUIRES names, answers 503 on /health with UNHEALTHY, waits
 * START_DELAY before it listens, takes MEMORY_MB megabytes once MEMORY_AFTER has passed; the argument `worker` makes it
 * a ticking worker.
 */

type Environment = Readonly<Record<string, string>>;

/** Seconds between two lines of a worker. */
const TICK_MS = 5000;

/** The last words of a process that ends at once, again and again; undefined for one that does not. */
export function crashLine(environment: Environment): string | undefined {
  const { CRASH = '', REQUIRES = '' } = environment;
  // The recorded program knows one reason; a longer text is the reason itself.
  if (CRASH !== '') return CRASH.length > 1 ? CRASH : 'fatal: required setting DATABASE_URL is missing';
  const missing = REQUIRES.split(/[\s,]+/).find((name) => name !== '' && (environment[name] ?? '') === '');
  return missing === undefined ? undefined : `fatal: required setting ${missing} is missing`;
}

/** True when the process ends at once, again and again. */
export const crashes = (environment: Environment): boolean => crashLine(environment) !== undefined;

/** Bytes that the program takes in the end. */
export const memoryNeed = (environment: Environment): number =>
  Number(environment.MEMORY_MB ?? '0') * 1024 * 1024;

/** Milliseconds until it has taken them. */
export const memoryGrace = (environment: Environment): number => duration(environment.MEMORY_AFTER);

/** What the program prints when it is told to stop. */
export const STOP_LINE = 'SIGTERM, bye';

/** Milliseconds until the program listens (`25s`, `25`). */
export const startDelay = (environment: Environment): number => duration(environment.START_DELAY);

function duration(text = ''): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (found === null) return 0;
  const unit = { ms: 1, s: 1000, m: 60_000 }[found[2] ?? 's'] ?? 1000;
  return Number(found[1]) * unit;
}

export const isWorker = (command: string): boolean => /\bworker\b/.test(command);

/** The port on which the program shall listen. */
export const givenPort = (environment: Environment): number => Number(environment.PORT || '5000');

/** The port on which the program listens. */
export const listenPort = (environment: Environment): number =>
  Number(environment.ALT_PORT || givenPort(environment));

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
