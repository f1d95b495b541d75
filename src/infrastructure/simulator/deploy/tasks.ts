import { computed, property, setProperty } from '../access.ts';
import type { Invocation } from '../invocation.ts';
import { info, title, verbose, warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { appVariables, processEnvironment, shortId } from './containers.ts';
import type { Deploy } from './deploy.ts';
import type { Manifest } from './manifest.ts';
import { runScript, type ShellResult } from './shell.ts';

export type Phase = 'predeploy' | 'release' | 'heroku.postdeploy' | 'postdeploy';

/** Looks for the task of a phase and runs it in a container of its own (executeScript of plugins/app-json/functions.go). */
export async function runTask(deploy: Deploy, manifest: Manifest, phase: Phase): Promise<boolean> {
  const { app } = deploy;
  deploy.out(info(`Checking for ${phase} task`));
  const command = taskCommand(manifest, phase);
  if (command === '') {
    deploy.out(verbose(`No ${phase} task found, skipping`));
    await deploy.sleep(200);
    return true;
  }
  const source = phase === 'release' ? 'Procfile' : 'app.json';
  const where = phase === 'predeploy' ? '' : ' in ephemeral container';
  await deploy.sleep(100);
  deploy.out(verbose(`Executing ${phase} task from ${source}${where}: ${command}`));
  await deploy.sleep(800);
  const id = deploy.host.random.hex(64);
  const shell = shellFault(deploy, app, id);
  const result = shell ? undefined : runTaskScript(deploy, manifest, command, id);
  await deploy.sleep(result?.ms ?? 0);
  if (shell) deploy.err(shell);
  deploy.out(title(`Start of ${app.name} ${phase} task (${id.slice(0, 9)}) output`));
  for (const { stream, text } of result?.output ?? []) {
    for (const line of text.replace(/\n$/, '').split('\n')) {
      if (stream === 'stdout') deploy.out(verbose(line));
      else deploy.err(warning(line));
    }
  }
  deploy.out(title(`End of ${app.name} ${phase} task (${id.slice(0, 9)}) output`));
  if (result?.exit === 0) {
    await deploy.sleep(phase === 'predeploy' ? 400 : 150);
    return true;
  }
  deploy.err(warning(`Execution of ${phase} task failed: ${command}`));
  return false;
}

function runTaskScript(deploy: Deploy, { image }: Manifest, command: string, id: string): ShellResult {
  return runScript(command, {
    environment: processEnvironment(appVariables(deploy.host, deploy.app), image, shortId(id)),
    directory: image.revision?.dockerfile.directory ?? image.base?.directory ?? '/',
    bash: deploy.host.world.shells,
  });
}

/** What docker says of an image without the shell that runs tasks; undefined when it has one. */
function shellFault(call: Invocation, app: SimulatedApp, id: string): string | undefined {
  const shell = computed(call.host, 'scheduler', app, 'shell', '/bin/bash');
  if (call.host.world.shells || !shell.endsWith('bash')) return undefined;
  return `${missingProgram(shell)}Error: failed to start containers: ${id}\n`;
}

/** Docker's refusal to start a program that the image does not have. */
export function missingProgram(program: string): string {
  const reason = program.startsWith('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH';
  return `Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${reason}: unknown\n`;
}

function taskCommand({ procfile, appJson = {} }: Manifest, phase: Phase): string {
  if (phase === 'release') return procfile?.release ?? '';
  if (phase === 'predeploy') return appJson.predeploy ?? '';
  return (phase === 'postdeploy' ? appJson.postdeploy : appJson.herokuPostdeploy) ?? '';
}

/** The release phase of an image: predeploy, release and, once, heroku.postdeploy tasks, and the scale that app.json sets. */
export async function release(deploy: Deploy, manifest: Manifest): Promise<boolean> {
  const { app, host } = deploy;
  if (!(await runTask(deploy, manifest, 'predeploy'))) return false;
  await deploy.sleep(200);
  manifest.image.stage = 'release';
  if (!(await runTask(deploy, manifest, 'release'))) return false;
  adoptScale(app, manifest);
  if (
    property(host, 'common', app, 'deployed') !== 'true' &&
    property(host, 'app-json', app, 'executed') === ''
  ) {
    setProperty(host, 'app-json', app, 'executed', 'true');
    if (!(await runTask(deploy, manifest, 'heroku.postdeploy'))) return false;
  }
  await deploy.sleep(100);
  deploy.out(title('Processing deployment checks'));
  await deploy.sleep(80);
  if (manifest.appJson?.healthchecks?.web === undefined) {
    deploy.err(
      '\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mNo healthchecks found in app.json for web process type\n',
    );
    deploy.out(verbose('No web healthchecks found in app.json. Simple container checks will be performed.'));
    deploy.out(
      verbose(
        'For more efficient zero downtime deployments, add healthchecks to your app.json. See https://dokku.com/docs/deployment/zero-downtime-deploys/ for examples',
      ),
    );
  }
  return true;
}

/** The formation of app.json replaces the scale; types of the Procfile that have none run zero times. */
function adoptScale(app: SimulatedApp, { procfile, appJson }: Manifest): void {
  const { formation } = appJson ?? {};
  app.scaleLocked = formation !== undefined;
  if (formation !== undefined) {
    app.scale = new Map(Object.entries(formation).map(([type, { quantity }]) => [type, quantity]));
  }
  for (const type of Object.keys(procfile ?? {})) {
    if (!app.scale.has(type)) app.scale.set(type, 0);
  }
}
