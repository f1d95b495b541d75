import { goStructJson, property, requireApp, requireApps } from '../access.ts';
import { checkedFormat, logPath, seconds, shownDuration, table, view } from '../deploy/build-view.ts';
import { displayStatus, endBuild, newestFirst, pruneBuilds, retention } from '../deploy/builds.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp, SimulatedBuild } from '../state.ts';

const FORMAT = { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' } as const;
const KINDS = ['build', 'deploy'];
const STATUSES = ['running', 'succeeded', 'failed', 'canceled', 'abandoned'];

const list: Handler = async (call) => {
  await call.sleep(43);
  const flags = parseFlags(call, {
    format: FORMAT,
    kind: { kind: 'string', usage: 'filter by kind: [ build | deploy ]' },
    status: {
      kind: 'string',
      usage: 'filter by status: [ running | succeeded | failed | canceled | abandoned ]',
    },
  });
  const format = checkedFormat(call, flags.text('format'));
  const kind = flags.text('kind');
  const status = flags.text('status');
  if (kind !== '' && !KINDS.includes(kind)) {
    fail(call, `Invalid --kind value ${JSON.stringify(kind)} (allowed: ${KINDS.join(', ')})`);
  }
  if (status !== '' && !STATUSES.includes(status)) {
    fail(call, `Invalid --status value ${JSON.stringify(status)} (allowed: ${STATUSES.join(', ')})`);
  }
  const wanted = (build: SimulatedBuild): boolean =>
    (kind === '' || build.kind === kind) && (status === '' || displayStatus(build) === status);
  if (flags.arg(0) === '') return listRunning(call, format, wanted);
  return listApp(call, requireApp(call, flags.arg(0)), format, wanted, kind !== '' || status !== '');
};

function listApp(
  call: Invocation,
  app: SimulatedApp,
  format: string,
  wanted: (build: SimulatedBuild) => boolean,
  filtered: boolean,
): number {
  const live = (build: SimulatedBuild): boolean => displayStatus(build) === 'running';
  let builds = newestFirst(app).filter(wanted);
  builds = [...builds.filter(live), ...builds.filter((build) => !live(build))];
  if (!filtered) builds = builds.slice(0, builds.filter(live).length + retention(call.host, app));
  if (format === 'json') {
    call.out(`${goStructJson(builds.map((build) => view(call, app, build)))}\n`);
  } else if (builds.length === 0) {
    call.out('No builds recorded for this app\n');
  } else {
    const rows = builds.map((build) => [
      build.id,
      build.kind,
      displayStatus(build),
      String(build.pid),
      build.source,
      seconds(build.startedAt),
      shownDuration(call, build),
    ]);
    call.out(table([['Build ID', 'Kind', 'Status', 'PID', 'Source', 'Started', 'Duration'], ...rows]));
  }
  return 0;
}

function listRunning(call: Invocation, format: string, wanted: (build: SimulatedBuild) => boolean): number {
  const found = call.host
    .appNames()
    .flatMap((name) => call.host.apps.get(name) ?? [])
    .flatMap((app) => newestFirst(app).map((build) => ({ app, build })))
    .filter(({ build }) => build.status === 'running' && wanted(build))
    .sort((a, b) => b.build.startedAt - a.build.startedAt);
  if (format === 'json') {
    call.out(`${goStructJson(found.map(({ app, build }) => view(call, app, build)))}\n`);
  } else if (found.length === 0) {
    call.out('No builds currently running\n');
  } else {
    const rows = found.map(({ app, build }) => [
      app.name,
      build.id,
      build.kind,
      String(build.pid),
      build.source,
      seconds(build.startedAt),
    ]);
    call.out(table([['App', 'Build ID', 'Kind', 'PID', 'Source', 'Started'], ...rows]));
  }
  return 0;
}

const details: Handler = async (call) => {
  await call.sleep(43);
  const flags = parseFlags(call, { format: FORMAT });
  const format = checkedFormat(call, flags.text('format'));
  const app = requireApp(call, flags.arg(0));
  const id = flags.arg(1);
  if (id === '') fail(call, 'Please specify a build id');
  const build = app.builds.find((one) => one.id === id);
  if (build === undefined) fail(call, `No build record found for ${app.name}/${id}`);
  if (format === 'json') {
    call.out(`${goStructJson(view(call, app, build))}\n`);
    return 0;
  }
  const rows = [
    ['Build ID:', build.id],
    ['App:', app.name],
    ['Kind:', build.kind],
    ['Status:', displayStatus(build)],
    ['PID:', String(build.pid)],
    ['Source:', build.source],
    ['Started:', seconds(build.startedAt)],
    ...(build.finishedAt === undefined ? [] : [['Finished:', seconds(build.finishedAt)]]),
    ['Duration:', shownDuration(call, build)],
    ...(build.exitCode === undefined ? [] : [['Exit Code:', String(build.exitCode)]]),
    ['Log:', logPath(app, build)],
  ];
  call.out(table(rows));
  return 0;
};

/** Ends the deploy that holds the app's lock (CommandCancel of plugins/builds/subcommands.go). */
const cancel: Handler = async (call) => {
  await call.sleep(60);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  const say = (text: string): number => {
    call.out(info(text));
    return 0;
  };
  if (!app.locked) return say('App not currently deploying');
  const id = app.deployLock ?? '';
  if (id === '') return say('No matching app deploy found');
  const build = app.builds.find((one) => one.id === id);
  const unlock = (): void => {
    app.locked = false;
    delete app.deployLock;
  };
  if (build === undefined) {
    unlock();
    return say(`No build record for ${id}, removing stale lock file`);
  }
  if (build.status !== 'running') {
    return say(`Build ${id} is no longer running (status=${build.status}); leaving record untouched`);
  }
  if (!build.alive) {
    say('Build was already terminated, marking failed');
    endBuild(call.host, build, 'failed');
  } else {
    say('Killing app deploy');
    endBuild(call.host, build, 'canceled');
    build.cancel?.();
  }
  unlock();
  return 0;
};

const output: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {});
  const app = requireApp(call, flags.arg(0));
  let id = flags.arg(1);
  if (id === '' || id === 'current') {
    if (!app.locked || app.deployLock === undefined) {
      call.out(info(app.locked ? 'No matching app deploy found' : 'App not currently deploying'));
      return 0;
    }
    id = app.deployLock;
  }
  const build = app.builds.find((one) => one.id === id);
  if (build === undefined) return 0;
  let shown = 0;
  for (;;) {
    call.out(build.output.slice(shown));
    shown = build.output.length;
    if (displayStatus(build) !== 'running') break;
    await call.sleep(250);
  }
  return 0;
};

const prune: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { 'all-apps': { kind: 'bool', usage: '--all-apps: prune every app' } });
  const apps = flags.has('all-apps') ? requireApps(call) : [requireApp(call, flags.arg(0))];
  for (const app of apps) pruneBuilds(call.host, app);
  return 0;
};

const store = propertyHandler({
  plugin: 'builds',
  style: 'go',
  keys: ['retention'],
  globalKeys: ['retention'],
});

const set: Handler = async (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  const [name = '', key = '', value = ''] = flags.has('global') ? ['--global', ...flags.rest] : flags.rest;
  if (name !== '--global') requireApp(call, name);
  if (key !== 'retention') fail(call, `Invalid property ${JSON.stringify(key)} (allowed: retention)`);
  if (value !== '' && !/^[+-]?\d+$/.test(value)) {
    fail(call, `Invalid retention ${JSON.stringify(value)}: must be a positive integer`);
  }
  if (value !== '' && Number(value) < 1) fail(call, `Invalid retention ${Number(value)}: must be >= 1`);
  return store(call);
};

const report = reportHandler({
  type: 'builds',
  legacyPrefix: true,
  app: (app, call): ReportKeys => {
    const [last] = newestFirst(app);
    return {
      'build-id': last?.id ?? '',
      'build-kind': last?.kind ?? '',
      'build-status': last === undefined ? '' : displayStatus(last),
      'build-pid': last === undefined ? '' : String(last.pid),
      'build-source': last?.source ?? '',
      'build-started-at': last === undefined ? '' : seconds(last.startedAt),
      'build-finished-at': last?.finishedAt === undefined ? '' : seconds(last.finishedAt),
      'build-exit-code': last?.exitCode === undefined ? '' : String(last.exitCode),
      'builds-retention': property(call.host, 'builds', app, 'retention'),
      'builds-global-retention': property(call.host, 'builds', '--global', 'retention'),
      'builds-computed-retention': String(retention(call.host, app)),
    };
  },
  global: (call): ReportKeys => ({
    'builds-global-retention': property(call.host, 'builds', '--global', 'retention'),
  }),
});

/** The builds plugin (plugins/builds of Dokku 0.38.27). */
export const builds: Family = {
  commands: {
    'builds:cancel': cancel,
    'builds:info': details,
    'builds:list': list,
    'builds:output': output,
    'builds:prune': prune,
    'builds:report': report,
    'builds:set': set,
  },
};
