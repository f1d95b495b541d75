import { requireApp, requireApps } from '../access.ts';
import { againstAllApps } from '../all-apps.ts';
import { captureBuild, type Deploy, exitOf, isDeployed, plainDeploy, runDeploy } from '../deploy/deploy.ts';
import { inspectContainers } from '../deploy/inspect.ts';
import { rebuildAs, repeatErrors } from '../deploy/rebuild.ts';
import { deployLatest, redeploy } from '../deploy/redeploy.ts';
import { retireContainers } from '../deploy/retire.ts';
import { runningState } from '../deploy/running.ts';
import { scale } from '../deploy/scale.ts';
import { stopApp } from '../deploy/stop.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { type ParsedFlags, parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { buildProxyConfig, clearProxyConfig } from '../proxy.ts';
import { startLinkedServices } from '../services/start-hook.ts';
import type { SimulatedApp } from '../state.ts';
import { psReport } from './ps-report.ts';

const RECORD_USAGE = 'Usage of /var/lib/dokku/plugins/enabled/builds/builds-record-start:\n';

function allOrOne(call: Invocation, verb: string): ParsedFlags {
  return parseFlags(call, {
    all: { kind: 'bool', usage: `--all: ${verb} all apps` },
    parallel: {
      kind: 'int',
      usage: `--parallel: number of apps to ${verb} in parallel, -1 to match cpu count`,
      initial: '1',
    },
  });
}

function notDeployed(call: Invocation, app: SimulatedApp): boolean {
  if (isDeployed(call.host, app)) return false;
  call.err(warning(`App ${app.name} has not been deployed`));
  return true;
}

/**
 * ps:rebuild and ps:restart record a build for the word after their name before they look at it, and send everything
 * to standard output from then on.
 */
function recorded(source: 'ps:rebuild' | 'ps:restart', answer: Handler): Handler {
  return async (call) => {
    const [first = ''] = call.args;
    await call.sleep(150);
    if (first === '') return answer(call);
    if (first.startsWith('-')) {
      call.err(
        `flag provided but not defined: ${first.replace(/^--/, '-').replace(/=.*/, '')}\n${RECORD_USAGE}`,
      );
    }
    call.mergeStreams();
    const app = call.host.apps.get(first);
    if (app === undefined || source === 'ps:rebuild') return answer(call);
    const deploy = captureBuild(call, app, source);
    return runDeploy(deploy, async () => answer(deploy));
  };
}

const rebuild: Handler = (call) => {
  const flags = allOrOne(call, 'rebuild');
  const one = (app: SimulatedApp): Promise<number> => rebuildAs(call, app, 'ps:rebuild');
  if (flags.has('all')) return againstAllApps(call, 'rebuild', Number(flags.text('parallel')), one);
  return one(requireApp(call, flags.arg(0)));
};

const restart: Handler = (call) => {
  const flags = allOrOne(call, 'restart');
  const type = flags.arg(1);
  const one = async (app: SimulatedApp): Promise<number> => {
    if (notDeployed(call, app)) return 0;
    const deploy = isDeploy(call) ? call : plainDeploy(call, app);
    return repeatErrors(deploy, () =>
      deployLatest({ ...deploy, app }, { ...(type === '' ? {} : { type }), wrapped: true }),
    );
  };
  if (flags.has('all')) {
    if (flags.arg(0) !== '') fail(call, 'Unable to restart all apps when specifying a process name');
    return againstAllApps(call, 'restart', Number(flags.text('parallel')), one);
  }
  return one(requireApp(call, flags.arg(0)));
};

/** True for a command that is recorded as a build. */
function isDeploy(call: Invocation): call is Deploy {
  return 'build' in call;
}

const start: Handler = async (call) => {
  await call.sleep(250);
  const flags = allOrOne(call, 'start');
  const one = (app: SimulatedApp): Promise<number> => startApp(call, app);
  if (flags.has('all')) return againstAllApps(call, 'start', Number(flags.text('parallel')), one);
  return one(requireApp(call, flags.arg(0)));
};

/** Start of plugins/ps/ps.go. */
async function startApp(call: Invocation, app: SimulatedApp): Promise<number> {
  if (notDeployed(call, app)) return 0;
  await startLinkedServices(call, app);
  await call.sleep(250);
  const state = runningState(app);
  if (state === 'mixed') call.err(warning('App is running in mixed mode, releasing'));
  if (state === 'false') call.err(warning('App has been detected as not running, releasing'));
  if (state === 'true') {
    call.err(warning(`App ${app.name} already running`));
  } else {
    const exit = await redeploy(call, app, 'deploy');
    if (exit !== 0) return exit;
  }
  await call.sleep(700);
  await buildProxyConfig(call, app);
  return 0;
}

const stop: Handler = async (call) => {
  await call.sleep(150);
  const flags = allOrOne(call, 'stop');
  const one = async (app: SimulatedApp): Promise<number> => {
    if (!notDeployed(call, app)) await stopApp(call, app);
    return 0;
  };
  if (flags.has('all')) return againstAllApps(call, 'stop', Number(flags.text('parallel')), one);
  return one(requireApp(call, flags.arg(0)));
};

const restore: Handler = async (call) => {
  await call.sleep(300);
  const flags = allOrOne(call, 'restore');
  const one = (app: SimulatedApp): Promise<number> => restoreApp(call, app);
  const all = flags.has('all');
  if (!all && flags.arg(0) === '') call.err(warning('Restore specified without app, assuming --all'));
  if (!all && flags.arg(0) !== '') return one(requireApp(call, flags.arg(0)));
  for (const app of requireApps(call)) await clearProxyConfig(call, app);
  return againstAllApps(call, 'restore', Number(flags.text('parallel')), one);
};

async function restoreApp(call: Invocation, app: SimulatedApp): Promise<number> {
  call.err('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
  call.out(info('Clearing potentially invalid proxy configuration'));
  await clearProxyConfig(call, app);
  if (notDeployed(call, app)) return 0;
  if (!app.restore) {
    call.err(warning(`Skipping ps:restore for ${app.name} as restore property is false`));
    return 0;
  }
  call.out(info('Starting app'));
  return startApp(call, app);
}

const retire: Handler = async (call) => {
  await call.sleep(100);
  const name = parseFlags(call, {}).arg(0);
  await retireContainers(call, name === '' ? undefined : requireApp(call, name));
  await call.sleep(200);
  call.out(info('Retiring expired run and cron containers'));
  call.out(info('Retiring all run and cron containers'));
  return 0;
};

const inspect: Handler = async (call) => {
  await call.sleep(250);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  return exitOf(async () => inspectContainers(call, app));
};

const PROPERTIES = [
  'dockerfile-start-cmd',
  'procfile-path',
  'restart-policy',
  'restore',
  'skip-deploy',
  'start-cmd',
  'stop-timeout-seconds',
];

const set = propertyHandler({
  plugin: 'ps',
  style: 'go',
  keys: PROPERTIES,
  globalKeys: ['procfile-path', 'restart-policy', 'skip-deploy', 'stop-timeout-seconds'],
  check: (call, { key, value }) => {
    const policies = ['', 'no', 'always', 'unless-stopped', 'on-failure'];
    if (key === 'restart-policy' && !policies.includes(value) && !value.startsWith('on-failure:')) {
      fail(call, 'Invalid restart-policy specified');
    }
    return value;
  },
  changed: (_, { target, key, value }) => {
    if (key === 'restore' && target !== '--global') target.restore = value !== 'false';
  },
});

/** The ps plugin (plugins/ps of Dokku 0.38.27). */
export const ps: Family = {
  commands: {
    'ps:inspect': inspect,
    'ps:rebuild': recorded('ps:rebuild', rebuild),
    'ps:report': psReport,
    'ps:restart': recorded('ps:restart', restart),
    'ps:restore': restore,
    'ps:retire': retire,
    'ps:scale': scale,
    'ps:set': set,
    'ps:start': start,
    'ps:stop': stop,
  },
};
