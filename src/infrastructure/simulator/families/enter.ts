import { computed, requireAppOfShell } from '../access.ts';
import { containers } from '../deploy/containers.ts';
import { isDeployed } from '../deploy/deploy.ts';
import { isWorker, listenPort } from '../deploy/program.ts';
import { runInContainer } from '../deploy/shell.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, warning } from '../output.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';

/** `enter <app> [<container-type> || --container-id <container-id>] [--] [<command>]` */
const enter: Handler = async (call) => {
  await call.sleep(45);
  if (call.args.length === 0) return 1;
  const app = requireAppOfShell(call, call.args[0]);
  await call.sleep(240);
  const words = call.args.slice(1);
  const container = chosen(call, app, words);
  if (words[0] === '--') words.shift();
  if (container.state !== 'running') fail(call, 'Container is not running');
  await call.sleep(250);
  const shell = computed(call.host, 'scheduler', app, 'shell', '/bin/bash');
  const argv = words.length === 0 ? [shell] : words;
  const { definition } = container;
  const result = runInContainer(argv, {
    environment: container.environment ?? {},
    directory: definition?.revision?.dockerfile.directory ?? definition?.base?.directory ?? '/',
    bash: call.host.world.shells,
    ...(isWorker(container.command ?? '') ? {} : { port: listenPort(container.environment ?? {}) }),
  });
  if (result.missing !== undefined) {
    const { missing } = result;
    const reason = missing.startsWith('/')
      ? `stat ${missing}: no such file or directory`
      : 'executable file not found in $PATH';
    call.out(
      `OCI runtime exec failed: exec failed: unable to start container process: exec: "${missing}": ${reason}: unknown\n`,
    );
    return 126;
  }
  await call.sleep(result.ms);
  for (const { stream, text } of result.output) {
    if (stream === 'stdout') call.out(text);
    else call.err(text);
  }
  return result.exit;
};

/** The container that the words name; takes those words away. */
function chosen(call: Invocation, app: SimulatedApp, words: string[]): SimulatedContainer {
  const [first = ''] = words;
  const own = containers(app);
  const isFlag = first === '--container-id' || first.startsWith('--container-id=');
  if (isFlag) {
    const id = first.includes('=') ? first.slice(first.indexOf('=') + 1) : (words[1] ?? '');
    words.splice(0, first.includes('=') ? 1 : 2);
    const found = own.find((container) => container.id.startsWith(id));
    if (found !== undefined && id !== '') return found;
    call.err(warning(`Invalid container id for app: ${id}`));
    fail(call, `Available ids for app (${app.name}): ${own.map(({ id: one }) => one).join(' ')}`);
  }
  const types = availableTypes(call, app);
  let type = first;
  if (type === '' || type === '--') {
    if (types.length > 1) {
      call.err(warning('No container type specified.'));
      fail(call, `Available types for app (${app.name}): ${types.join(' ')}`);
    }
    type = types[0] ?? '';
    if (type === '') fail(call, 'No containers found for app');
  } else {
    words.shift();
  }
  const found = own.find(
    ({ processType, index }) => processType === type || `${processType}.${index}` === type,
  );
  if (found !== undefined) return found;
  call.err(warning(`No containers found for type '${type}'`));
  fail(call, `Available types for app (${app.name}): ${types.join(' ')}`);
}

function availableTypes(call: Invocation, app: SimulatedApp): string[] {
  if (!isDeployed(call.host, app)) fail(call, `App ${app.name} has not been deployed`);
  return [...new Set(containers(app).map(({ processType }) => processType))];
}

/** The enter plugin (plugins/enter of Dokku 0.38.27). */
export const enterFamily: Family = { commands: { enter } };
