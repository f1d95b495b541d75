import { computed, property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, verbose } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { tieredKeys } from '../tiers.ts';

const VECTOR_IMAGE = 'timberio/vector:0.57.0-debian';
const defaults = { 'app-label-alias': 'com.dokku.app-name', 'max-size': '10m' };
const sinks = ['vector-sink', 'vector-cron-sink'] as const;

/** Why Dokku refuses the value (plugins/logs/set.go). */
function valueFault(host: SimulatedHost, ofHost: boolean, key: string, value: string): string | undefined {
  if (key === 'vector-image' && !ofHost) return 'vector-image may only be set globally with --global';
  if (key === 'vector-networks' && !ofHost) return 'vector-networks may only be set globally with --global';
  if (value === '') return undefined;
  if (key === 'app-label-alias' && !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value)) {
    return 'Invalid app-label-alias value, must start with a letter or number and contain only letters, numbers, and any of [_, ., -]';
  }
  if (key === 'max-size') return sizeFault(value);
  if (key === 'vector-networks') return networksFault(host, value);
  if (key === 'vector-sink' || key === 'vector-cron-sink') return sinkFault(value);
  return undefined;
}

function sizeFault(value: string): string | undefined {
  if (value === 'unlimited') return undefined;
  if (!/[kmg]$/.test(value)) return 'Invalid max-size unit measure, value must end in any of [k, m, g]';
  if (value.length < 2)
    return 'Invalid max-size value, must be a number followed by a unit of measure [k, m, g]';
  const number = value.slice(0, -1);
  return /^[+-]?\d+$/.test(number)
    ? undefined
    : `Invalid max-size value, unable to convert number to int: strconv.Atoi: parsing ${JSON.stringify(number)}: invalid syntax`;
}

function networksFault(host: SimulatedHost, value: string): string | undefined {
  for (const name of value.split(',').map((word) => word.trim())) {
    if (name === '') return 'Invalid vector-networks value, empty entry in comma-separated list';
    if (name === 'bridge') {
      return 'Invalid vector-networks value, "bridge" is not a valid entry for vector-networks';
    }
    if (!host.networks.some((network) => network.name === name)) {
      return `Network ${JSON.stringify(name)} does not exist`;
    }
  }
  return undefined;
}

/** A sink is `TYPE://?key=value&...`; every part of the query needs a value. */
function sinkFault(value: string): string | undefined {
  const scheme = /^([^:]*):\/\//.exec(value)?.[1]?.replaceAll('_', '-');
  if (scheme !== undefined && !/^[a-zA-Z][a-zA-Z0-9+.-]*$/.test(scheme)) {
    const shown = JSON.stringify(value.replace(/^[^:]*/, scheme));
    return scheme === ''
      ? `parse ${shown}: missing protocol scheme`
      : `parse ${shown}: first path segment in URL cannot contain colon`;
  }
  const query = (value.split('#', 1)[0] ?? '').split('?').slice(1).join('?').replace(/^&/, '');
  if (/(^|&)sinks=[^&]/.test(query)) return 'Invalid option sinks';
  const broken = query.split('&').some((part) => !part.includes('='));
  return broken ? 'qson: invalid url query param provided' : undefined;
}

const setValue = propertyHandler({
  plugin: 'logs',
  style: 'go',
  keys: ['app-label-alias', 'max-size', 'vector-cron-sink', 'vector-sink'],
  globalKeys: [
    'app-label-alias',
    'max-size',
    'vector-cron-sink',
    'vector-image',
    'vector-networks',
    'vector-sink',
  ],
  changed: (call, { key }) => {
    if (!['app-label-alias', 'vector-cron-sink', 'vector-sink'].includes(key) || call.flags.quiet) return;
    call.out(verbose('Writing updated vector config to /var/lib/dokku/data/logs/vector.json'));
  },
});

const set: Handler = (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  const at = flags.has('global') ? 0 : 1;
  const ofHost = flags.has('global') || flags.arg(0) === '--global';
  const fault = valueFault(call.host, ofHost, flags.arg(at), flags.arg(at + 1));
  if (fault !== undefined) fail(call, fault);
  return setValue(call);
};

function keys(target: SimulatedApp | '--global', call: Invocation): ReportKeys {
  const { host } = call;
  const image = property(host, 'logs', '--global', 'vector-image');
  const networks = property(host, 'logs', '--global', 'vector-networks');
  return {
    ...tieredKeys(host, 'logs', target, defaults),
    ...sinkKeys(target, call),
    'logs-computed-vector-image': image || VECTOR_IMAGE,
    'logs-global-vector-image': image,
    'logs-computed-vector-networks': networks,
    'logs-global-vector-networks': networks,
  };
}

/** Sinks can hold credentials: the text form shows only their type, but for the one key that was asked for. */
function sinkKeys(target: SimulatedApp | '--global', call: Invocation): Record<string, string> {
  const { host, args } = call;
  const format = args.indexOf('--format');
  const open = format >= 0 && args[format + 1] !== 'stdout';
  const shown = (value: string, key: string): string => {
    if (value === '' || open || args.includes(`--${key}`)) return value;
    return `${value.split('://', 1)[0]?.replaceAll('-', '_')}://redacted`;
  };
  const all: Record<string, string> = {};
  for (const sink of sinks) {
    const own = target === '--global' ? '' : property(host, 'logs', target, sink);
    if (target !== '--global') all[`logs-${sink}`] = shown(own, `logs-${sink}`);
    all[`logs-global-${sink}`] = shown(property(host, 'logs', '--global', sink), `logs-global-${sink}`);
    all[`logs-computed-${sink}`] = shown(
      computed(host, 'logs', target, sink),
      own === '' ? `logs-global-${sink}` : `logs-${sink}`,
    );
  }
  return all;
}

/** logs:report and logs:set of plugins/logs. */
export const logsSettings: Family = {
  commands: {
    'logs:report': reportHandler({
      type: 'logs',
      legacyPrefix: true,
      app: keys,
      global: (call) => keys('--global', call),
    }),
    'logs:set': set,
  },
};
