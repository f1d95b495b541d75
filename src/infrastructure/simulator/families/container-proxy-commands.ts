import { byBytes, property, requireAppOfShell, setProperty } from '../access.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, title, verbose, warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

const plugins = ['caddy', 'haproxy', 'openresty', 'traefik'] as const;

/** An app's labels for one proxy, `NAME=VALUE` each, sorted. */
function labels(call: Invocation, plugin: string, app: SimulatedApp): string[] {
  return property(call.host, plugin, app, 'labels')
    .split('\n')
    .filter((line) => line !== '');
}

function store(call: Invocation, plugin: string, app: SimulatedApp, lines: readonly string[]): void {
  setProperty(call.host, plugin, app, 'labels', [...new Set(lines)].sort(byBytes).join('\n'));
}

function requireLabel(call: Invocation): string {
  return call.args[1] || fail(call, 'Please specify a container label for the app');
}

/** `X:labels:*` (plugins/proxy/command-functions). */
function labelCommands(plugin: string): [string, Handler][] {
  const add: Handler = async (call) => {
    await call.sleep(70);
    const name = requireLabel(call);
    const value = call.args[2] || fail(call, 'Please specify a value for the container label');
    const app = requireAppOfShell(call, call.args[0]);
    const rest = labels(call, plugin, app).filter((line) => !line.startsWith(`${name}=`));
    store(call, plugin, app, [...rest, `${name}=${value}`]);
    return 0;
  };
  const remove: Handler = async (call) => {
    await call.sleep(70);
    const name = requireLabel(call);
    const app = requireAppOfShell(call, call.args[0]);
    const rest = labels(call, plugin, app).filter((line) => !line.startsWith(`${name}=`));
    store(call, plugin, app, rest);
    return 0;
  };
  const show: Handler = async (call) => {
    await call.sleep(70);
    const app = requireAppOfShell(call, call.args[0]);
    const lines = labels(call, plugin, app);
    const name = call.args[1] ?? '';
    if (name !== '') {
      const found = lines.find((line) => line.startsWith(`${name}=`));
      if (lines.length > 0) call.out(`${found?.slice(name.length + 1) ?? ''}\n`);
      return 0;
    }
    if (call.flags.quiet) {
      for (const line of lines) call.out(verbose(line));
      return 0;
    }
    if (lines.length === 0) call.err(warning(`No ${plugin} labels set for ${app.name}`));
    else call.out(title(`${app.name} ${plugin} labels`));
    for (const line of lines) call.out(verbose(line));
    return 0;
  };
  return [
    [`${plugin}:labels:add`, add],
    [`${plugin}:labels:remove`, remove],
    [`${plugin}:labels:show`, show],
  ];
}

/** These proxies run through docker compose, which the simulated host does not have. */
const withoutCompose: Handler = async (call) => {
  await call.sleep(110);
  return fail(call, 'Required docker compose plugin is not installed');
};

function commands(plugin: string): [string, Handler][] {
  const logs: Handler = async (call) => {
    await call.sleep(100);
    call.err(`Error response from daemon: No such container: ${plugin}-${plugin}-1\n`);
    throw new Exit(1);
  };
  return [
    [`${plugin}:logs`, logs],
    [`${plugin}:show-config`, withoutCompose],
    [`${plugin}:start`, withoutCompose],
    [`${plugin}:stop`, withoutCompose],
    ...labelCommands(plugin),
  ];
}

/** What the proxies in containers can be told beside their settings. */
export const containerProxyCommands: Family = { commands: Object.fromEntries(plugins.flatMap(commands)) };
