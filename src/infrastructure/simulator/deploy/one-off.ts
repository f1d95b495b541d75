import { computed, property } from '../access.ts';
import type { Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import type { SimulatedApp, SimulatedContainer, SimulatedImage } from '../state.ts';
import { appVariables, processEnvironment, shortId } from './containers.ts';
import { runInContainer, type ShellContext } from './shell.ts';
import { missingProgram } from './tasks.ts';

/** What `run`, `run:detached` and `cron:run` start. */
export interface OneOff {
  readonly words: readonly string[];
  readonly environment: readonly string[];
  readonly detached: boolean;
  readonly kind: 'run' | 'cron';
}

/** Runs a command in a container of its own from the app's last image (scheduler-run); returns its exit code. */
export async function runOneOff(call: Invocation, app: SimulatedApp, request: OneOff): Promise<number> {
  const { host } = call;
  await call.sleep(350);
  const image = releasedImage(call, app);
  for (let reads = 0; app.poisoned !== undefined && reads < 2; reads++) {
    call.err(warning(app.poisoned));
  }
  const id = host.random.hex(64);
  const name = `${request.kind}.${host.random.integer(1000, 9999)}`;
  const words = procfileCommand(call, app, request.words);
  const shell = computed(host, 'scheduler', app, 'shell', '/bin/bash');
  const argv = words.length === 0 ? [shell] : words;
  const variables = { ...appVariables(host, app), DYNO: name, ...extra(request.environment) };
  const context: ShellContext = {
    environment: processEnvironment(variables, image, shortId(id)),
    directory: image.revision?.dockerfile.directory ?? image.base?.directory ?? '/',
    bash: host.world.shells,
  };
  await call.sleep(700);
  const result = runInContainer(argv, context);
  if (result.missing !== undefined) return refused(call, request, result.missing, id);
  if (request.detached) {
    startDetached(call, app, `${app.name}.${name}`, argv, result.ms);
    return 0;
  }
  await call.sleep(result.ms);
  for (const { stream, text } of result.output) {
    if (stream === 'stdout') call.out(text);
    else call.err(text);
  }
  await call.sleep(600);
  return result.exit;
}

function releasedImage(call: Invocation, app: SimulatedApp): SimulatedImage {
  const image = app.source.latestImage;
  if (image?.stage === 'release') return image;
  if (image === undefined) {
    call.err(warning(`App image (dokku/${app.name}:latest) not found`));
    call.err('Error: No such image: \n');
  }
  call.err(warning(`Invalid image stage detected: expected 'release', got '${image?.stage ?? ''}'`));
  fail(call, 'Successfully deploy your app to fix dokku run calls');
}

function procfileCommand(call: Invocation, app: SimulatedApp, words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const command = app.procfile?.[first];
  if (command === undefined) return words;
  if (!call.flags.quiet) call.out(info(`Found '${first}' in Procfile, running that command`));
  return [...command.split(/\s+/), ...rest];
}

function extra(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** Docker's answer to a program that the image does not have. */
function refused(call: Invocation, request: OneOff, program: string, id: string): number {
  call.err(missingProgram(program));
  if (!request.detached) return 1;
  call.err(
    `Error: failed to start containers: ${id}\nError response from daemon: No such container: ${id}\n`,
  );
  call.out('\n');
  return 1;
}

function startDetached(
  call: Invocation,
  app: SimulatedApp,
  name: string,
  argv: readonly string[],
  ms: number,
): void {
  const { host } = call;
  const container: SimulatedContainer = {
    id: host.random.hex(64),
    name,
    processType: 'run',
    index: 0,
    state: 'running',
    startedAt: host.now(),
    restartCount: 0,
    ip: '',
    image: `dokku/${app.name}:latest`,
    command: argv.join(' '),
    logs: [],
    stoppedAt: host.now() + Math.max(ms, 50),
  };
  app.oneOffs.push(container);
  call.out(`${name}\n`);
}

/** Containers of run:detached that have not ended; docker removes the others by itself. */
export function runningOneOffs(call: Invocation, app: SimulatedApp): SimulatedContainer[] {
  app.oneOffs = app.oneOffs.filter(({ stoppedAt }) => (stoppedAt ?? 0) > call.host.now());
  return app.oneOffs;
}

/** Stops a container of run:detached with docker; a bad stop timeout makes docker show its usage first (scheduler-run-stop). */
export function stopOneOff(call: Invocation, app: SimulatedApp, container: SimulatedContainer): void {
  const timeout = property(call.host, 'ps', app, 'stop-timeout-seconds');
  if (timeout !== '' && !/^[+-]?\d+$/.test(timeout)) {
    call.err(
      `invalid argument ${JSON.stringify(timeout)} for "-t, --timeout" flag: strconv.ParseInt: parsing ${JSON.stringify(timeout)}: invalid syntax\n\nUsage:  docker container stop [OPTIONS] CONTAINER [CONTAINER...]\n\nRun 'docker container stop --help' for more information\n`,
    );
  }
  call.out(`${container.name}\n`);
  app.oneOffs = app.oneOffs.filter((other) => other !== container);
}
