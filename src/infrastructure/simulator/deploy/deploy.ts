import { property, setProperty } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { BrokenPipe, Exit, type Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp, SimulatedBuild } from '../state.ts';
import { finishBuild, startBuild } from './builds.ts';

/** Someone cancelled the deploy: its processes are gone at once, nothing is put back. */
export class Cancelled extends Exit {}

/** A deploy under way: an invocation whose text also goes into the build's log, and which can be cancelled. */
export interface Deploy extends Invocation {
  readonly app: SimulatedApp;
  readonly build?: SimulatedBuild;
  /** Everything that went to standard error so far; ps:rebuild and ps:restart print it again when they fail. */
  readonly errors: () => string;
}

/**
 * Starts a build record; from here on everything goes to standard output and into the log
 * (dokku_setup_build_capture of plugins/common/functions).
 */
export function captureBuild(call: Invocation, app: SimulatedApp, source: string): Deploy {
  const build = startBuild(call.host, app, source);
  let errors = '';
  const cancelled = new Promise<never>((_, reject) => {
    build.cancel = () => reject(new Cancelled(1));
  });
  cancelled.catch(() => undefined);
  const write = (text: string): void => {
    build.output += text;
    call.out(text);
  };
  return {
    ...call,
    app,
    build,
    errors: () => errors,
    out: write,
    err: (text) => {
      errors += text;
      write(text);
    },
    sleep: (ms) => Promise.race([call.sleep(ms), cancelled]),
  };
}

/** A deploy without a record: ps:scale, proxy:enable and the like keep both streams as they are. */
export function plainDeploy(call: Invocation, app: SimulatedApp): Deploy {
  let errors = '';
  return {
    ...call,
    app,
    errors: () => errors,
    err: (text) => {
      errors += text;
      call.err(text);
    },
  };
}

/**
 * Runs a deploy to its end and returns its exit code. When its client has gone or someone else ended it, the process
 * is gone and its record keeps what was written last.
 */
export async function runDeploy(deploy: Deploy, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  } finally {
    if (deploy.build !== undefined) {
      deploy.build.alive = false;
      delete deploy.build.cancel;
    }
  }
}

/** Holds the app's deploy lock while the work runs; refused while another deploy holds it (git_receive_app). */
export async function withDeployLock(deploy: Deploy, work: () => Promise<number>): Promise<number> {
  const { app, build } = deploy;
  const holder = app.builds.find(({ id }) => id === app.deployLock);
  if (app.locked && holder?.alive === true) {
    deploy.err(warning(`${app.name} currently has a deploy lock in place. Exiting...`));
    deploy.err(warning("Run 'apps:unlock' to release the existing deploy lock"));
    throw new Exit(1);
  }
  app.locked = true;
  app.deployLock = build?.id ?? 'pid';
  const exit = await work();
  if (build !== undefined) finishBuild(deploy.host, app, build, exit);
  app.locked = false;
  delete app.deployLock;
  return exit;
}

/** The exit code of a child process: the one it ended with, 141 when it died because nobody read its output. */
export async function childExit(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Exit && !(error instanceof Cancelled)) return error.code;
    if (error instanceof BrokenPipe) return 141;
    throw error;
  }
}

/** The exit code of work that ends with Exit; a lost client and a cancelled deploy end the whole command. */
export async function exitOf(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Exit && !(error instanceof Cancelled)) return error.code;
    throw error;
  }
}

/** True when the app was ever deployed; the first answer is kept until a deploy goes through (IsDeployed of plugins/common). */
export function isDeployed(host: SimulatedHost, app: SimulatedApp): boolean {
  if (property(host, 'common', app, 'deployed') === '') {
    setProperty(host, 'common', app, 'deployed', String(app.deployed || app.containers.length > 0));
  }
  app.deployed = property(host, 'common', app, 'deployed') === 'true';
  return app.deployed;
}
