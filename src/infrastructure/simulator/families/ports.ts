import { byBytes, requireApp } from '../access.ts';
import { columns } from '../columns.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import {
  clearPortMaps,
  detectedPortMaps,
  formatPortMap,
  type PortMap,
  parsePortMaps,
  removePortMaps,
  reusedHostPort,
  setPortMaps,
  storePortMaps,
} from '../proxy/port-maps.ts';
import { writeProxyConfig } from '../proxy.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

function target(call: Invocation): { app: SimulatedApp; maps: PortMap[] } {
  const { rest } = parseFlags(call, {});
  const app = requireApp(call, rest[0]);
  if (rest.length < 2) fail(call, 'No port mapping specified');
  const { maps, fault } = parsePortMaps(rest.slice(1).join(' '));
  if (fault !== undefined) fail(call, fault);
  return { app, maps };
}

function refuseReuse(call: Invocation, maps: readonly PortMap[], which: string): void {
  const reused = reusedHostPort(maps);
  if (reused !== undefined) fail(call, `Error validating ${which}port mappings: ${reused}`);
}

const add: Handler = async (call) => {
  await call.sleep(50);
  const { app, maps } = target(call);
  refuseReuse(call, maps, 'new ');
  const all = [...setPortMaps(app), ...maps];
  refuseReuse(call, all, 'all ');
  storePortMaps(app, all);
  await writeProxyConfig(call, app);
  return 0;
};

const remove: Handler = async (call) => {
  await call.sleep(50);
  const { app, maps } = target(call);
  removePortMaps(app, maps);
  await writeProxyConfig(call, app);
  return 0;
};

const set: Handler = async (call) => {
  await call.sleep(50);
  const { app, maps } = target(call);
  refuseReuse(call, maps, '');
  storePortMaps(app, maps);
  await writeProxyConfig(call, app);
  return 0;
};

const clear: Handler = async (call) => {
  await call.sleep(50);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  clearPortMaps(call.host, app);
  await writeProxyConfig(call, app);
  return 0;
};

const list: Handler = async (call) => {
  await call.sleep(48);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  const maps = setPortMaps(app).map(formatPortMap).sort(byBytes);
  if (maps.length === 0) fail(call, 'No port mappings configured for app');
  const heading = call.flags.quiet ? [] : [['-----> scheme', 'host port', 'container port']];
  if (!call.flags.quiet) call.out(info(`Port mappings for ${app.name}`));
  call.out(`${columns([...heading, ...maps.map((map) => map.split(':'))], '    ')}\n`);
  return 0;
};

/** Mappings as JSON; no mapping at all is `null`, as Go writes a list that was never made. */
function json(maps: readonly PortMap[]): string {
  if (maps.length === 0) return 'null';
  return JSON.stringify(
    maps.map(({ scheme, hostPort, containerPort }) => ({
      container_port: containerPort,
      host_port: hostPort,
      scheme,
    })),
  );
}

function appKeys(app: SimulatedApp, host: SimulatedHost): ReportKeys {
  return {
    'ports-map': app.ports.join(' '),
    'ports-map-json': json(setPortMaps(app)),
    'ports-map-detected': () => detectedPortMaps(host, app).map(formatPortMap).join(' '),
    'ports-map-detected-json': () => json(detectedPortMaps(host, app)),
  };
}

/** plugins/ports: which port of the host leads to which port of an app. */
export const ports: Family = {
  commands: {
    'ports:add': add,
    'ports:clear': clear,
    'ports:list': list,
    'ports:remove': remove,
    'ports:report': reportHandler({
      type: 'ports',
      legacyPrefix: true,
      app: (app, call) => appKeys(app, call.host),
      global: () => ({}),
      cost: { base: 50, perApp: 640 },
      dearKeys: { 'ports-map-detected': 640, 'ports-map-detected-json': 640 },
    }),
    'ports:set': set,
  },
};
