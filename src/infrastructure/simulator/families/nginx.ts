import { property, requireAppOfShell, setProperty } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { nginxDefaults, nginxValue } from '../proxy/nginx-properties.ts';
import { proxyType } from '../proxy/type.ts';
import { validateNginx } from '../proxy/validation.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { proxySetHandler } from './container-proxies.ts';

const keys = Object.keys(nginxDefaults);

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  const report: Record<string, string> = { 'nginx-last-visited-at': '' };
  for (const key of keys) {
    report[`nginx-${key}`] = property(call.host, 'nginx', app, key);
    report[`nginx-global-${key}`] = property(call.host, 'nginx', '--global', key);
    report[`nginx-computed-${key}`] = nginxValue(call.host, app, key);
  }
  return report;
}

function globalKeys(call: Invocation): ReportKeys {
  return Object.fromEntries(
    keys.map((key) => [`nginx-global-${key}`, property(call.host, 'nginx', '--global', key)]),
  );
}

/** True when another scheduler than the host's own would answer, of which none is installed. */
function otherScheduler(host: SimulatedHost, app: SimulatedApp): boolean {
  const selected =
    property(host, 'scheduler', app, 'selected') || property(host, 'scheduler', '--global', 'selected');
  return !['', 'docker-local', 'null'].includes(selected);
}

const showConfig: Handler = async (call) => {
  await call.sleep(80);
  const app = requireAppOfShell(call, call.args[0]);
  await call.sleep(240);
  if (otherScheduler(call.host, app)) return 0;
  if (proxyType(call.host, app) !== 'nginx') {
    fail(call, 'This command is only available for apps with the nginx proxy type');
  }
  if (app.proxyConfig === undefined) fail(call, `No nginx.conf exists for ${app.name}`);
  call.out(app.proxyConfig);
  return 0;
};

/** `nginx:access-logs` and `nginx:error-logs`: the last 20 lines, or with -t the last 10 and what comes. */
function logs(kind: 'access' | 'error'): Handler {
  return async (call) => {
    await call.sleep(80);
    const app = requireAppOfShell(call, call.args[0]);
    const path = nginxValue(call.host, app, `${kind}-log-path`);
    if (path === 'off' || path === '/dev/null') fail(call, `${kind} logs are disabled for this app`);
    await call.sleep(220);
    if (otherScheduler(call.host, app)) return 0;
    const lines = kind === 'access' ? app.accessLog : app.accessLog && (app.errorLog ?? []);
    const follow = call.args[1] === '-t';
    if (lines === undefined && !follow) {
      call.err(`tail: cannot open '${path}' for reading: No such file or directory\n`);
      throw new Exit(1);
    }
    for (const line of (lines ?? []).slice(follow ? -10 : -20)) call.out(`${line}\n`);
    while (follow && !call.signal.aborted) await call.sleep(1000);
    return 0;
  };
}

const silent: (cost: number) => Handler = (cost) => async (call) => {
  await call.sleep(cost);
  return 0;
};

/** `nginx:validate-config [APP] [--clean]` */
const validate: Handler = async (call) => {
  await call.sleep(110);
  const [first = '', flag = ''] = call.args;
  if (first === '--clean') validateNginx(call, '', true);
  else validateNginx(call, first, flag === '--clean');
  return 0;
};

const start: Handler = async (call) => {
  await call.sleep(140);
  setProperty(call.host, 'nginx', '--global', 'proxy-status', 'started');
  return 0;
};

const stop: Handler = async (call) => {
  await call.sleep(140);
  setProperty(call.host, 'nginx', '--global', 'proxy-status', 'stopped');
  return 0;
};

const set = proxySetHandler({
  plugin: 'nginx',
  keys,
  hostOnly: [],
  separator: ', ',
  check: (call, key, value) => {
    if (key === 'proxy-keepalive' && value !== '' && !/^[0-9]+$/.test(value)) {
      fail(call, 'Invalid value for proxy-keepalive: must be an integer');
    }
  },
});

/** plugins/nginx-vhosts: the settings and files of the host's own proxy. */
export const nginx: Family = {
  commands: {
    'nginx:access-logs': logs('access'),
    'nginx:error-logs': logs('error'),
    'nginx:reload': silent(150),
    'nginx:report': reportHandler({
      type: 'nginx',
      legacyPrefix: false,
      app: appKeys,
      global: globalKeys,
      cost: { base: 60, perApp: 2 },
    }),
    'nginx:set': set,
    'nginx:show-conf': showConfig,
    'nginx:show-config': showConfig,
    'nginx:start': start,
    'nginx:stop': stop,
    'nginx:validate': validate,
    'nginx:validate-config': validate,
  },
};
