import { byBytes, goStructJson, property, requireApp, requireApps } from '../access.ts';
import { confirmDestruction } from '../confirm.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, title, verbose } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { webListeners } from '../proxy/listeners.ts';
import { buildNetworkConfig } from '../proxy.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp, SimulatedNetwork } from '../state.ts';
import { tieredKeys } from '../tiers.ts';

const format: FlagSpec = { kind: 'string', usage: 'format: [ text | json ]', initial: 'text' };
const defaults = {
  'attach-post-create': '',
  'attach-post-deploy': '',
  'bind-all-interfaces': 'false',
  'initial-network': '',
  tld: '',
};

/** Docker's own networks, which every host has. */
const builtIn: readonly SimulatedNetwork[] = [
  { name: 'bridge', id: 'fec04cb31ac3', createdAt: 0, driver: 'bridge', dokkuManaged: false },
  { name: 'host', id: 'eef95e289a29', createdAt: 0, driver: 'host', dokkuManaged: false },
  { name: 'none', id: 'f767630ea7bc', createdAt: 0, driver: 'null', dokkuManaged: false },
];

/** All networks by name. A real host shows them in another order from call to call. */
function networks(host: SimulatedHost): SimulatedNetwork[] {
  return [...builtIn, ...host.networks].sort((a, b) => byBytes(a.name, b.name));
}

/** Dokku gives every network the same date: a constant stands in getNetworks of plugins/network/functions.go. */
function fields(network: SimulatedNetwork): object {
  const labels = network.dokkuManaged ? { 'com.dokku.network-name': network.name } : {};
  return {
    CreatedAt: '2024-02-25T01:55:24.275184461Z',
    DokkuManaged: network.dokkuManaged,
    Driver: network.driver,
    ID: network.id.slice(0, 12),
    Internal: false,
    IPv6: false,
    Labels: labels,
    Name: network.name,
    Scope: 'local',
  };
}

function requireNetwork(call: Invocation, name: string): SimulatedNetwork {
  if (name === '') fail(call, 'No network name specified');
  const network = networks(call.host).find((known) => known.name === name);
  return network ?? fail(call, 'Network does not exist');
}

function announce(call: Invocation, text: string): void {
  if (!call.flags.quiet) call.out(text);
}

const create: Handler = async (call) => {
  const name = parseFlags(call, {}).arg(0);
  await call.sleep(45);
  announce(call, info(`Creating network ${name}`));
  const taken = networks(call.host).some((known) => known.name === name);
  const fault = taken ? `network with name ${name} already exists` : 'invalid name: name is empty';
  if (taken || name === '') {
    fail(call, `Unable to create network: Error response from daemon: ${fault}\n`);
  }
  await call.sleep(110);
  const id = call.host.random.hex(64);
  call.host.networks.push({ name, id, createdAt: call.host.now(), driver: 'bridge', dokkuManaged: true });
  return 0;
};

const destroy: Handler = async (call) => {
  const flags = parseFlags(call, {
    force: { kind: 'bool', usage: '--force: force destroy without confirmation' },
  });
  const name = flags.arg(0);
  await call.sleep(40);
  if (!flags.has('force') && !call.flags.force) confirmDestruction(call, name, 'network');
  announce(call, info(`Destroying network ${name}`));
  const refuse = (why: string): never =>
    fail(call, `Unable to destroy network: Error response from daemon: ${why}\nexit status 1\n`);
  if (builtIn.some((known) => known.name === name)) {
    refuse(`${name} is a pre-defined network and cannot be removed`);
  }
  const index = call.host.networks.findIndex((known) => known.name === name);
  if (index < 0) refuse(`network ${name} not found`);
  await call.sleep(180);
  call.host.networks.splice(index, 1);
  return 0;
};

const exists: Handler = async (call) => {
  await call.sleep(60);
  requireNetwork(call, parseFlags(call, {}).arg(0));
  announce(call, info('Network exists'));
  return 0;
};

const show: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, { format });
  if (flags.arg(0) === '') fail(call, 'No network name specified');
  if (!['json', 'text'].includes(flags.text('format'))) {
    fail(call, 'Invalid format specified, use either text or json');
  }
  const network = requireNetwork(call, flags.arg(0));
  if (flags.text('format') === 'json') {
    call.out(`${goStructJson(fields(network))}\n`);
    return 0;
  }
  announce(call, title(`${network.name} network information`));
  const rows = {
    'ID:': network.id.slice(0, 12),
    'Name:': network.name,
    'Driver:': network.driver,
    'Scope:': 'local',
    'Dokku managed:': String(network.dokkuManaged),
  };
  for (const [label, value] of Object.entries(rows)) call.out(verbose(`${label.padEnd(16)}${value}`));
  return 0;
};

const list: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {
    format,
    'dokku-managed': { kind: 'bool', usage: 'show only dokku-managed networks' },
  });
  const shown = networks(call.host).filter((known) => !flags.has('dokku-managed') || known.dokkuManaged);
  if (flags.text('format') === 'json') {
    call.out(`${goStructJson(shown.map(fields))}\n`);
    return 0;
  }
  announce(call, title('Networks'));
  for (const network of shown) call.out(`${network.name}\n`);
  return 0;
};

const rebuild: Handler = async (call) => {
  await call.sleep(50);
  const app = call.host.apps.get(parseFlags(call, {}).arg(0));
  if (app !== undefined) await buildNetworkConfig(call, app);
  return 0;
};

const rebuildAll: Handler = async (call) => {
  await call.sleep(50);
  for (const app of requireApps(call)) await buildNetworkConfig(call, app);
  return 0;
};

const setValue = propertyHandler({
  plugin: 'network',
  style: 'go',
  keys: [...Object.keys(defaults), 'static-web-listener'],
  globalKeys: Object.keys(defaults),
  cost: 46,
});

/** `network:set`; the networks that an app joins can be several words. */
const set: Handler = (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  const words = flags.has('global') ? ['--global', ...flags.rest] : flags.rest;
  const [name = '', key = '', ...values] = words;
  if (key !== 'attach-post-create' && key !== 'attach-post-deploy') return setValue(call);
  const target = name === '--global' ? name : requireApp(call, name);
  for (const value of values) {
    if (value === 'host' || value === 'bridge') {
      fail(call, `Invalid network name specified for attach: ${value}`);
    }
    if (value !== '' && value === attached(call.host, target, key)) {
      fail(call, `Network name already associated with this app: ${value}`);
    }
  }
  return setValue({ ...call, args: [name, key, values.join(',')] });
};

/** What the other of both attach properties holds. */
function attached(host: SimulatedHost, target: SimulatedApp | '--global', key: string): string {
  const other = key === 'attach-post-create' ? 'attach-post-deploy' : 'attach-post-create';
  return property(host, 'network', target, other) || property(host, 'network', '--global', other);
}

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  return {
    ...tieredKeys(call.host, 'network', app, defaults),
    'network-static-web-listener': property(call.host, 'network', app, 'static-web-listener'),
    'network-web-listeners': webListeners(call.host, app).join(' '),
  };
}

/** plugins/network: docker networks and what apps do with them. */
export const network: Family = {
  commands: {
    'network:create': create,
    'network:destroy': destroy,
    'network:exists': exists,
    'network:info': show,
    'network:list': list,
    'network:rebuild': rebuild,
    'network:rebuildall': rebuildAll,
    'network:report': reportHandler({
      type: 'network',
      legacyPrefix: true,
      app: appKeys,
      global: (call) => tieredKeys(call.host, 'network', '--global', defaults),
    }),
    'network:set': set,
  },
};
