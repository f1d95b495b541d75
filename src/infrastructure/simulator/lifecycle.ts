import { newAppNameFault } from './access.ts';
import { EnvFileFault } from './config/env-file.ts';
import { readEnvironment, writeEnvironment } from './config/environment.ts';
import { writeCrontab } from './crontab.ts';
import { retireContainers } from './deploy/retire.ts';
import type { SimulatedHost } from './host.ts';
import { Exit, type Invocation } from './invocation.ts';
import { fail, info, warning } from './output.ts';
import { setUpDomains } from './proxy/vhosts.ts';
import { writeProxyConfig } from './proxy.ts';
import { followLinks, unlinkFromAll } from './services/hooks.ts';
import { createApp, type SimulatedApp } from './state.ts';

/** createApp of plugins/apps/functions.go with the post-create triggers that print something. */
export async function create(call: Invocation, name: string): Promise<SimulatedApp> {
  const fault = newAppNameFault(name);
  if (fault !== undefined) fail(call, fault);
  if (call.host.apps.has(name)) fail(call, 'Name is already taken');
  if (!call.flags.quiet) call.out(info(`Creating ${name}...`));
  const app = createApp(name, call.host.now());
  app.scale.set('web', 1);
  call.host.apps.set(name, app);
  await call.sleep(450);
  await setUpDomains(call, app);
  await writeProxyConfig(call, app);
  return app;
}

/** destroyApp of plugins/apps/functions.go after the confirmation. */
export async function destroy(call: Invocation, app: SimulatedApp): Promise<void> {
  call.out(info(`Destroying ${app.name} (including all add-ons)`));
  await call.sleep(900);
  unlinkFromAll(call, app.name);
  for (const build of app.builds) build.cancel?.();
  writeCrontab(call);
  call.host.apps.delete(app.name);
  writeCrontab(call);
  await call.sleep(900);
  call.out(info('Cleaning up...'));
  await call.sleep(600);
  await retireContainers(call, app);
}

/** Plugins whose properties a clone does not get. */
const notCloned: ReadonlySet<string> = new Set(['checks', 'letsencrypt', 'maintenance']);

/** What the clone or the new name of an app takes over from it (the post-app-clone-setup and -rename-setup triggers). */
export function takeOver(
  call: Invocation,
  from: SimulatedApp,
  to: SimulatedApp,
  kind: 'clone' | 'rename',
): void {
  const variables = readEnvironment(call.host, from);
  if (variables instanceof EnvFileFault) {
    const text = warning(`Unable to load old environment: ${variables.message}`);
    call.err(text);
    call.err(warning(text));
    throw new Exit(1);
  }
  followLinks(call.host, from.name, to.name);
  const own = readEnvironment(call.host, to);
  writeEnvironment(call.host, to, own instanceof EnvFileFault ? variables : new Map([...own, ...variables]));
  for (const [plugin, values] of from.properties) {
    if (!notCloned.has(plugin)) to.properties.set(plugin, new Map(values));
  }
  to.createdAt = from.createdAt;
  to.ports = [...from.ports];
  to.proxyEnabled = from.proxyEnabled;
  to.mounts = from.mounts.map((mount) => ({ ...mount }));
  to.dockerOptions = new Map([...from.dockerOptions].map(([phase, options]) => [phase, [...options]]));
  to.resources = new Map(from.resources);
  to.buildpacks = [...from.buildpacks];
  to.scale = new Map(from.scale);
  to.restore = from.restore;
  to.scaleLocked = from.scaleLocked;
  if (from.appJson !== undefined) to.appJson = from.appJson;
  if (from.repository !== undefined) {
    const { refs, commits } = from.repository;
    to.repository = { ...from.repository, refs: new Map(refs), commits: new Map(commits) };
  }
  const { sha, deployBranch, sourceImage, deploySource, deployMetadata, latestImage } = from.source;
  to.source = { sha, deployBranch, sourceImage, deploySource, deployMetadata };
  if (kind === 'rename') {
    if (latestImage !== undefined) to.source.latestImage = latestImage;
    to.domains = { ...from.domains, names: renamedDomains(call.host, from, to.name) };
    if (from.certificate !== undefined) to.certificate = from.certificate;
    to.builds = from.builds;
  }
}

function renamedDomains(host: SimulatedHost, from: SimulatedApp, name: string): string[] {
  return from.domains.names.map((domain) =>
    host.globalDomains.reduce(
      (text, global) => text.replaceAll(`${from.name}.${global}`, `${name}.${global}`),
      domain,
    ),
  );
}
