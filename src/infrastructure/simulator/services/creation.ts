import { Exit, type Invocation } from '../invocation.ts';
import { fail, info, title, verbose, warning } from '../output.ts';
import { type ServiceFlags, scriptOf, serviceFlags } from './arguments.ts';
import { createContainer, quietly, removeContainer, startService } from './container.ts';
import { SimulatedDatastore } from './datastore.ts';
import { requireExec } from './docker-faults.ts';
import { type DatastorePlugin, holdsImage, imageTag, PULL_FAULT } from './plugin.ts';
import { containerOf, findService, requireService, type Target, targetOf } from './target.ts';
import { copyData } from './transfer.ts';

const NAME_RULE = 'Please specify a valid name for the service. Valid characters are: [A-Za-z0-9_]+';

/** service_create after its flags were read; `image` and `version` are what flags do not say. */
async function createService(
  call: Invocation,
  plugin: DatastorePlugin,
  name: string,
  subcommand: string,
  words: readonly string[],
  defaults: { image: string; version: string },
): Promise<Target> {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) fail(call, NAME_RULE);
  if (findService(call.host, plugin.name, name) !== undefined) {
    fail(call, `${plugin.title} service ${name} already exists`);
  }
  const flags = serviceFlags(call, scriptOf(plugin.name, subcommand), words);
  const image = flags.get('i') ?? defaults.image;
  const version = flags.get('I') ?? defaults.version;
  pull(call, plugin, image, version);
  const service = new SimulatedDatastore(plugin.name, name, call.host.serviceContainers);
  service.groupWritable = call.host.umask === '002';
  call.host.datastores.set(`${plugin.name}/${name}`, service);
  service.data = plugin.server.empty();
  for (const line of plugin.says?.creation ?? []) call.out(title(line));
  service.password = secret(call, plugin.passwordDigits, flags.get('p'), 'password');
  if (plugin.rootPasswordDigits !== undefined) {
    service.rootPassword = secret(call, plugin.rootPasswordDigits, flags.get('r'), 'root password');
  }
  commitConfig(service, flags, image, version);
  const target = targetOf(plugin, name, service);
  await createContainer(call, target, true);
  return target;
}

function pull(call: Invocation, plugin: DatastorePlugin, image: string, version: string): void {
  if (holdsImage(plugin, image, version)) return;
  call.err(PULL_FAULT);
  fail(call, `${plugin.title} image ${imageTag(image, version)} pull failed`);
}

function secret(call: Invocation, digits: number, given: string | undefined, what: string): string {
  const generated = digits === 0 ? '' : call.host.random.hex(digits);
  if (given === undefined || given === '') return generated;
  if (digits > 0) {
    call.err(warning(`Specified ${what} may not be as secure as the auto-generated ${what}`));
  }
  return given;
}

/** service_commit_config: what is not given is reset, but for memory, shared memory and networks. */
function commitConfig(
  service: SimulatedDatastore,
  flags: ServiceFlags,
  image: string,
  version: string,
): void {
  service.customEnv = flags.get('C') ?? '';
  service.configOptions = flags.get('c') ?? '';
  service.memory = flags.get('m') ?? service.memory;
  service.shmSize = flags.get('s') ?? service.shmSize;
  service.image = image;
  service.version = version;
  const networks = { 'initial-network': 'N', 'post-create-network': 'P', 'post-start-network': 'S' };
  for (const [key, letter] of Object.entries(networks)) {
    const value = flags.get(letter);
    if (value !== undefined && value !== '') service.properties.set(key, value);
  }
}

/** `create <service> [flags]` */
export async function create(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(70);
  const [name = '', ...words] = call.args;
  const defaults = { image: plugin.image, version: plugin.imageVersion };
  await createService(call, plugin, name, 'create', words, defaults);
  return 0;
}

/** `clone <service> <new-service> [flags]`: whatever goes wrong while the data is copied, it ends well. */
export async function clone(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const [name, copy = '', ...words] = call.args;
  if (name === undefined || name === '') fail(call, 'Please specify a valid name for the service');
  if (copy === '') fail(call, 'Please specify a name for the new service');
  const from = requireService(call, plugin, name);
  if (findService(call.host, plugin.name, copy) !== undefined) {
    fail(call, `Invalid service name ${copy}. Verify the service name is not already in use.`);
  }
  const { container } = from.service;
  if (container?.state !== 'running' && container?.state !== 'restarting') {
    fail(call, `Service ${name} container is not running`);
  }
  const flags = serviceFlags(call, scriptOf(plugin.name, 'clone'), words);
  const { image, version } = from.service;
  const running = containerOf(call.host, from)?.image ?? imageTag(image, version);
  const defaults = {
    image: running.slice(0, running.lastIndexOf(':')),
    version: running.slice(running.lastIndexOf(':') + 1),
  };
  const tag = imageTag(flags.get('i') ?? defaults.image, flags.get('I') ?? defaults.version);
  call.out(title(`Cloning ${name} to ${copy} @ ${tag}`));
  const to = await createService(call, plugin, copy, 'clone', words, defaults);
  call.out(info(`Copying data from ${name} to ${copy}`));
  await copyData(call, from, to);
  call.out(title('Done'));
  return 0;
}

/** `upgrade <service> [flags]`: the new version is stored before anything can fail. */
export async function upgrade(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(110);
  const target = requireService(call, plugin, call.args[0]);
  const { name, service } = target;
  const script = scriptOf(plugin.name, 'upgrade');
  const flags = serviceFlags(call, script, call.args.slice(1));
  const image = flags.get('i') ?? plugin.image;
  const version = flags.get('I') ?? plugin.imageVersion;
  pull(call, plugin, image, version);
  const tag = imageTag(image, version);
  if (containerOf(call.host, target)?.image === tag) {
    call.out(info(`Service ${name} already running ${tag}`));
    return 0;
  }
  commitConfig(service, flags, image, version);
  call.out(title(`Upgrading ${name} to ${tag}`));
  const apps = flags.get('R') === 'true';
  if (apps) {
    call.out(title('Stopping all linked services'));
    if (service.links.length > 0) {
      call.err(`${script}: line 57: ps_stop: command not found\n`);
      throw new Exit(127);
    }
  }
  call.out(title(`Stopping ${name}`));
  await removeContainer(call, target);
  await startService(call, target, flags.size > 0);
  if (apps) call.out(title('Starting all linked services'));
  call.out(title('Done'));
  return 0;
}

/** `destroy <service> [-f|--force|force]`: asks for the name unless it is forced. */
export async function destroy(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0]);
  const { name, service } = target;
  const { host } = call;
  if (service.links.length > 0) fail(call, 'Cannot delete linked service');
  const force = call.flags.force || ['force', '-f', '--force'].includes(call.args[1] ?? '');
  if (!force) await confirm(call, plugin, name);
  quietly(call, title(`Deleting ${name}`));
  host.backupSchedules.delete(`${plugin.name}-${name}`);
  await removeContainer(call, target);
  quietly(call, verbose('Removing data'));
  await call.sleep(plugin.costs.destroy);
  const own = [...host.datastores.entries()].find(([, known]) => known === service);
  if (own !== undefined) host.datastores.delete(own[0]);
  call.out(title(`${plugin.title} container deleted: ${name}`));
  return 0;
}

/** Reads the name from standard input as bash's `read` does: a line without an end is no answer. */
async function confirm(call: Invocation, plugin: DatastorePlugin, name: string): Promise<void> {
  call.err(warning('WARNING: Potentially Destructive Action'));
  call.err(warning(`This command will destroy ${name} ${plugin.title} service.`));
  call.err(warning(`To proceed, type "${name}"`));
  call.out('\n');
  if (call.tty) call.err('> ');
  const typed = call.stdin.toString('utf8');
  // On a terminal nobody has closed the input: it waits until the client goes.
  while (call.tty && typed === '' && !call.signal.aborted) await call.sleep(1000);
  if (!typed.includes('\n')) throw new Exit(1);
  if ((typed.split('\n', 1)[0] ?? '').trim() === name) return;
  call.err(warning(`Confirmation did not match ${name}. Aborted.`));
  throw new Exit(1);
}

/** Runs the client of a terminal that nobody types into: until the client goes or the container ends. */
export async function holdTerminal(call: Invocation, target: Target): Promise<number> {
  while (!call.signal.aborted) {
    await call.sleep(1000);
    requireExec(call, target);
  }
  return 255;
}
