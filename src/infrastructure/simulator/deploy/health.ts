import type { Invocation } from '../invocation.ts';
import { info, title, verbose } from '../output.ts';
import type { SimulatedContainer } from '../state.ts';
import type { HealthCheck } from '../world/revision.ts';
import { endsAtBoot } from './fate.ts';
import { answer, givenPort, isWorker, listenPort, startDelay } from './program.ts';

const DEFAULT_UPTIME = 10;
/** Restarts of a failing process until its checks begin, and while they run: docker waits twice as long each time. */
const FEW_RESTARTS = 4;
const MANY = 7;
const FAILURE = '\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mFailure in ';

/** How one check ended: what it printed of the answer and why it failed. */
interface Verdict {
  readonly name: string;
  readonly ms: number;
  readonly output?: string;
  readonly fault?: string;
  /** Counts as a failure; the listening check only warns. */
  readonly fatal: boolean;
}

/** The checks of a process: app.json's or the default uptime check; web processes also have the listening check. */
export function checksOf(type: string, declared: readonly HealthCheck[] | undefined): HealthCheck[] {
  const own = declared ?? [{ name: 'default', uptime: DEFAULT_UPTIME }];
  return type === 'web' ? [...own, { name: 'port listening check' }] : [...own];
}

/**
 * Runs all checks of a container at once, as docker-container-healthchecker does, and prints how they end in the order
 * in which they end. Returns how many failed that count.
 */
export async function runChecks(
  call: Invocation,
  container: SimulatedContainer,
  checks: readonly HealthCheck[],
  wrapped: boolean,
): Promise<number> {
  if (endsAtBoot(container) && (container.restartLimit ?? MANY) < FEW_RESTARTS) {
    container.state = 'exited';
    container.restartCount = container.restartLimit ?? 0;
    call.err('\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mContainer state: exited\n');
    return 1;
  }
  call.out(info(`Executing ${checks.length} healthchecks`));
  const port = givenPort(container.environment ?? {});
  for (const check of checks)
    call.out(verbose(`Running healthcheck name='${check.name}' ${terms(check, port)}`));
  const began = call.host.now();
  const verdicts = checks.map((check) => verdict(call, container, check)).sort((a, b) => a.ms - b.ms);
  let failed = 0;
  for (const { name, ms, output, fault, fatal } of verdicts) {
    await call.sleep(Math.max(0, began + ms - call.host.now()));
    if (fault === undefined) {
      call.out(verbose(`Healthcheck succeeded name='${name}'`));
      continue;
    }
    if (fatal) failed++;
    const failure = `${FAILURE}name='${name}': ${fault}\n`;
    if (wrapped) call.err(failure);
    if (output !== undefined) {
      call.out(title('Start healthcheck output'));
      call.out(verbose(output));
      call.out(title('End healthcheck output'));
    }
    if (!wrapped) call.err(failure);
  }
  return failed;
}

function terms(check: HealthCheck, port: number): string {
  const attempts = check.attempts ?? 3;
  const timeout = check.timeout ?? 5;
  if (check.path !== undefined) {
    return `delay=0 path='${check.path}' retries=${attempts - 1} timeout=${timeout} type='path'`;
  }
  if (check.uptime !== undefined) return `type='uptime' uptime=${check.uptime}`;
  return `attempts=${attempts} port=${port} retries=${attempts - 1} timeout=${timeout} type='listening' wait=5`;
}

function verdict(call: Invocation, container: SimulatedContainer, check: HealthCheck): Verdict {
  const name = check.name;
  const environment = container.environment ?? {};
  const now = call.host.now();
  const upAt = container.startedAt + (isWorker(container.command ?? '') ? 0 : startDelay(environment));
  if (check.path !== undefined) return pathVerdict(container, check, check.path, now, upAt);
  if (check.uptime !== undefined) {
    const ms = Math.max(10, container.startedAt + check.uptime * 1000 - now);
    if (!endsAtBoot(container)) return { name, ms, fatal: true };
    const limit = container.restartLimit ?? MANY;
    container.restartCount = Math.min(MANY, limit);
    if (limit < MANY) container.state = 'exited';
    const fault = limit < MANY ? 'container state is not running' : `container has restarted ${MANY} times`;
    return { name, ms, output: `state=${container.state}`, fault, fatal: true };
  }
  if (endsAtBoot(container)) {
    return { name, ms: 15_000, fault: 'container state is not running', fatal: false };
  }
  // A process that listens nowhere yet passes: only one that listens elsewhere does not.
  const [expected, actual] = [givenPort(environment), listenPort(environment)];
  if (actual === expected || now < upAt) return { name, ms: 20, fatal: false };
  const fault = `container listening on expected IPv4 interface with an unexpected port: expected=${expected} actual=${actual}`;
  return { name, ms: 15_000, fault, fatal: true };
}

function pathVerdict(
  container: SimulatedContainer,
  { name, attempts = 3 }: HealthCheck,
  path: string,
  now: number,
  upAt: number,
): Verdict {
  const environment = container.environment ?? {};
  const port = givenPort(environment);
  if (endsAtBoot(container)) container.restartCount = Math.min(MANY, container.restartLimit ?? MANY);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const at = now + attempt * 1150;
    if (endsAtBoot(container) || at < upAt || listenPort(environment) !== port) continue;
    container.logs.push({ at, text: `${new Date(at).toISOString().slice(0, 19)}Z GET ${path}` });
    const { status, body } = answer(path, environment);
    if (status === 200) return { name, ms: at - now + 5, fatal: true };
    if (attempt === attempts - 1) {
      return {
        name,
        ms: at - now + 900,
        output: body,
        fault: `unexpected status code: ${status}`,
        fatal: true,
      };
    }
  }
  const address = `${container.ip}:${port}`;
  const fault = `Get "http://${address}${path}": dial tcp ${address}: connect: connection refused`;
  return { name, ms: attempts * 1150, fault, fatal: true };
}
