import { dispatch } from '../dokku/dispatcher.ts';
import { ageContainers } from './deploy/fate.ts';
import { families } from './families/index.ts';
import { type SimulatedHost, wait } from './host.ts';
import { installedCommand } from './installed.ts';
import { BrokenPipe, Exit, type Handler, type Invocation } from './invocation.ts';
import { warning } from './output.ts';
import { Pipe } from './pipe.ts';
import { traceAfter, traceBefore } from './shell-trace.ts';

export interface SessionRequest {
  /** The SSH command string as the client sent it. */
  readonly line: string;
  readonly stdin?: Buffer;
  readonly tty?: boolean;
  /** Gets bytes where a command prints what is no text. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string | Buffer) => void | Promise<void>;
  /** False where `onOutput` is enough: the result's streams are then empty, and a long session costs no memory. */
  readonly keepOutput?: boolean;
  readonly signal?: AbortSignal;
  /** The client is killed after this many milliseconds of host time. */
  readonly cutAfterMs?: number;
  /** Told once when the command has taken that many milliseconds of host time. */
  readonly deadline?: { readonly ms: number; readonly passed: () => void };
}

export interface SessionResult {
  /** 255 when the client went away before the command ended. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when the command itself has ended, which is later than the answer when the client went away. */
  readonly over: Promise<void>;
}

/** Runs one SSH command line on the host, through the dispatcher's rules, and answers as Dokku does. */
export type RunSession = (host: SimulatedHost, request: SessionRequest) => Promise<SessionResult>;

/**
 * Runs one SSH command line on the host, through the dispatcher's rules, and answers as Dokku does. Never rejects but
 * for a fault of the simulator itself. When the client goes away the result comes at once with exit 255, while the
 * command runs on until it prints (BrokenPipe) or ends, as on a real host without a terminal.
 */
export const runSession: RunSession = async (host, request) => {
  const gone = new AbortController();
  const cut = (): void => gone.abort();
  if (request.signal?.aborted === true) cut();
  request.signal?.addEventListener('abort', cut, { once: true });
  const pipe = new Pipe(gone.signal, request.tty === true, request.keepOutput !== false, request.onOutput);
  const left = new Promise<255>((resolve) => {
    if (gone.signal.aborted) resolve(255);
    gone.signal.addEventListener('abort', () => resolve(255), { once: true });
  });
  try {
    const command = run(host, request, pipe, gone);
    const exit = await Promise.race([command, left]);
    if (!gone.signal.aborted) await pipe.drained();
    const over = command.then(() => undefined);
    // Whoever does not wait for the end must not be struck by its fault; whoever does still sees it.
    over.catch(() => undefined);
    return { exit, ...pipe.text(), over };
  } finally {
    request.signal?.removeEventListener('abort', cut);
  }
};

async function run(
  host: SimulatedHost,
  request: SessionRequest,
  pipe: Pipe,
  gone: AbortController,
): Promise<number> {
  try {
    ageContainers(host);
    const call = open(host, request, pipe, gone);
    return await answer(call, call.dispatched, request.line);
  } catch (error) {
    if (error instanceof BrokenPipe) return 141;
    throw error;
  }
}

interface OpenCall extends Invocation {
  readonly dispatched: ReturnType<typeof dispatch>;
}

function open(host: SimulatedHost, request: SessionRequest, pipe: Pipe, gone: AbortController): OpenCall {
  const dispatched = dispatch(request.line);
  const pass = timeline(host, [
    ...(request.cutAfterMs === undefined ? [] : [{ ms: request.cutAfterMs, passed: () => gone.abort() }]),
    ...(request.deadline === undefined ? [] : [request.deadline]),
  ]);
  const call: OpenCall = {
    dispatched,
    host,
    command: dispatched.argv[0] ?? '',
    args: dispatched.argv.slice(1),
    flags: dispatched.flags,
    stdin: request.stdin ?? Buffer.alloc(0),
    tty: request.tty === true,
    signal: gone.signal,
    out: (text) => pipe.write('stdout', text),
    outBytes: (bytes) => pipe.write('stdout', bytes),
    err: (text) => pipe.write('stderr', text),
    mergeStreams: () => pipe.merge(),
    sleep: async (ms) => {
      await pipe.drained();
      await pass(ms);
    },
    run: (command, args) => execute({ ...call, command, args }),
  };
  return call;
}

interface Alarm {
  readonly ms: number;
  readonly passed: () => void;
}

/** Lets the session's time pass and rings each alarm when its moment has come. */
function timeline(host: SimulatedHost, alarms: readonly Alarm[]): (ms: number) => Promise<void> {
  const waiting = [...alarms].sort((a, b) => a.ms - b.ms);
  let elapsed = 0;
  return async (ms) => {
    const end = elapsed + ms;
    for (let next = waiting[0]; next !== undefined && next.ms <= end; next = waiting[0]) {
      await wait(host, next.ms - elapsed);
      elapsed = next.ms;
      waiting.shift();
      next.passed();
    }
    await wait(host, end - elapsed);
    elapsed = end;
  };
}

/** Finds who answers: the `execute_dokku_cmd` function of the `dokku` script. */
async function answer(
  call: Invocation,
  dispatched: ReturnType<typeof dispatch>,
  line: string,
): Promise<number> {
  if (dispatched.rootOnly) {
    await call.sleep(20);
    call.err(warning('This command must be run as root'));
    return 1;
  }
  if (dispatched.stderr !== '') call.err(dispatched.stderr);
  const traced = call.host.traceOn;
  if (!traced && !call.flags.trace) return execute(call);
  call.err(traceBefore(call.host, line, dispatched.argv));
  const exit = await execute(call);
  call.err(traceAfter(exit, traced));
  return exit;
}

async function execute(call: Invocation): Promise<number> {
  try {
    return await handle(call);
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
}

async function handle(call: Invocation): Promise<number> {
  const handler = handlers.get(call.command) ?? installedCommand(call.host, call.command);
  if (handler !== undefined) return handler(call);
  await call.sleep(150);
  call.err(warning(`\`${[call.command, ...call.args].join(' ')}\` is not a dokku command.`));
  call.err(warning('See `dokku help` for a list of available commands.'));
  return 1;
}

const handlers: ReadonlyMap<string, Handler> = new Map(
  families.flatMap((family) => Object.entries(family.commands)),
);
