import { property, requireApp, requireApps, setProperty } from '../access.ts';
import { redeploy } from '../deploy/redeploy.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { vhostsEnabled } from '../proxy/domains.ts';
import { proxyEnabled, proxyType } from '../proxy/type.ts';
import { disableVhosts, enableVhosts } from '../proxy/vhosts.ts';
import { buildProxyConfig, clearProxyConfig, writeProxyConfig } from '../proxy.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { tieredKeys } from '../tiers.ts';

type Step = (call: Invocation, app: SimulatedApp) => Promise<void>;

/** A command for one app or, with --all, for every app in turn (RunCommandAgainstAllApps of plugins/common/parallel.go). */
function forApps(name: string, phrase: string, step: Step): Handler {
  return async (call) => {
    await call.sleep(48);
    const flags = parseFlags(call, {
      all: { kind: 'bool', usage: `--all: ${phrase} for all apps` },
      parallel: {
        kind: 'int',
        usage: `--parallel: number of apps to ${phrase} for in parallel, -1 to match cpu count`,
        initial: '0',
      },
    });
    if (!flags.has('all')) {
      await step(call, requireApp(call, flags.arg(0)));
      return 0;
    }
    const parallel = workers(call, Number(flags.text('parallel')));
    if (parallel === 1) call.err(warning(`Running ${name} in serial mode`));
    const announcement = parallel === 1 ? `Running ${name} against app` : 'Running command against';
    for (const app of requireApps(call)) {
      call.out(info(`${announcement} ${app.name}`));
      await step(call, app);
    }
    return 0;
  };
}

function workers(call: Invocation, asked: number): number {
  if (asked < -1) fail(call, `Invalid value ${asked} for --parallel flag`);
  if (asked === -1) call.err(warning('Setting --parallel=-1 value to CPU count of 2'));
  return asked === -1 ? 2 : Math.max(1, asked);
}

const clearConfig: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { all: { kind: 'bool', usage: '--all: build-config for all apps' } });
  const apps = flags.has('all')
    ? call.host.appNames().flatMap((name) => call.host.apps.get(name) ?? [])
    : [requireApp(call, flags.arg(0))];
  for (const app of apps) await clearProxyConfig(call, app);
  return 0;
};

const disable: Step = async (call, app) => {
  if (!proxyEnabled(call.host, app)) {
    call.out(info('Proxy is already disable for app'));
    return;
  }
  call.out(info('Disabling proxy for app'));
  setProxyEnabled(call.host, app, false);
  if (proxyType(call.host, app) !== 'nginx') return;
  await disableVhosts(call, app);
  await restart(call, app);
};

const enable: Step = async (call, app) => {
  if (proxyEnabled(call.host, app)) {
    call.out(info('Proxy is already enabled for app'));
    return;
  }
  call.out(info('Enabling proxy for app'));
  setProxyEnabled(call.host, app, true);
  if (proxyType(call.host, app) !== 'nginx') return;
  if (vhostsEnabled(app)) {
    call.out(info(`Domains (VHOST) support is already enabled for app (${app.name})`));
  } else {
    enableVhosts(call.host, app);
    await writeProxyConfig(call, app);
  }
  await restart(call, app);
};

function setProxyEnabled(host: SimulatedHost, app: SimulatedApp, enabled: boolean): void {
  setProperty(host, 'proxy', app, 'disabled', enabled ? '' : 'true');
  app.proxyEnabled = enabled;
}

/** The app-restart trigger: a deployed app starts anew, another is left alone. */
async function restart(call: Invocation, app: SimulatedApp): Promise<void> {
  if (!app.deployed) return;
  const code = await redeploy(call, app, 'ps:restart');
  if (code !== 0) throw new Exit(code);
}

const keys = ['disabled', 'proxy-port', 'proxy-ssl-port', 'type'];

const setValue = propertyHandler({
  plugin: 'proxy',
  style: 'go',
  keys,
  globalKeys: ['proxy-port', 'proxy-ssl-port', 'type'],
  cost: 48,
  changed: (_call, { target, key, value }) => {
    if (key === 'disabled' && target !== '--global') target.proxyEnabled = value !== 'true';
  },
});

/** `proxy:set APP nginx` of old stands for `proxy:set APP type nginx`. */
const set: Handler = (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  const words = flags.has('global') ? ['--global', ...flags.rest] : flags.rest;
  const [name = '', key = '', value = ''] = words;
  if (keys.includes(key) || value !== '') return setValue(call);
  if (key.includes(':')) {
    call.err(warning('Detected potential port mapping instead of proxy type'));
    fail(call, 'Consider using ports:set command or specifying a valid proxy');
  }
  return setValue({ ...call, args: [name, 'type', key] });
};

const defaults = { 'proxy-port': '', 'proxy-ssl-port': '', type: 'nginx' };

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  const disabled = property(call.host, 'proxy', app, 'disabled');
  return {
    ...tieredKeys(call.host, 'proxy', app, defaults),
    'proxy-computed-disabled': disabled || 'false',
    'proxy-disabled': disabled,
    'proxy-enabled': String(proxyEnabled(call.host, app)),
  };
}

/** plugins/proxy: which proxy serves an app, and whether one does. */
export const proxy: Family = {
  commands: {
    'proxy:build-config': forApps('build-config', 'build-config', buildProxyConfig),
    'proxy:clear-config': clearConfig,
    'proxy:disable': forApps('disable', 'disable proxy', disable),
    'proxy:enable': forApps('enable', 'enable proxy', enable),
    'proxy:report': reportHandler({
      type: 'proxy',
      legacyPrefix: true,
      app: appKeys,
      global: (call) => tieredKeys(call.host, 'proxy', '--global', defaults),
      cost: { base: 50, perApp: 2 },
    }),
    'proxy:set': set,
  },
};
