import type { Invocation } from '../../invocation.ts';
import type { SimulatedDatastore } from '../datastore.ts';
import type { Crash, DatabaseServer, ServerMoment } from '../server.ts';
import { PASSWORD_WARNING, runOnce, runScript } from './client.ts';
import { createKeyStore, type KeyStore } from './keys.ts';
import { rdb, readRdb } from './rdb.ts';
import { bootLines, directiveFault, loadFault, saveLines, stopLines } from './server-log.ts';

function storeOf({ data }: SimulatedDatastore): KeyStore {
  return data.kind === 'keys' ? data : createKeyStore();
}

const directives: ReadonlySet<string> = new Set(
  `maxmemory maxmemory-policy maxmemory-samples appendonly appendfsync save timeout databases loglevel port bind
  protected-mode tcp-keepalive requirepass maxclients lazyfree-lazy-eviction notify-keyspace-events slowlog-log-slower-than
  rdbcompression rdbchecksum stop-writes-on-bgsave-error hz io-threads activedefrag dir dbfilename`.split(
    /\s+/,
  ),
);

/** The first option that is no directive, with its line in the configuration that redis makes of its arguments. */
function unknownDirective(options: string): { line: number; text: string } | undefined {
  const found = options
    .split(/\s+(?=--)/)
    .map((text) => text.trim().replace(/^--/, ''))
    .filter((text) => text !== '');
  const at = found.findIndex((text) => !directives.has(text.split(/\s+/)[0] ?? ''));
  const [name = '', ...values] = (found[at] ?? '').split(/\s+/);
  return at < 0
    ? undefined
    : { line: at + 4, text: [name, ...values.map((value) => `"${value}"`)].join(' ') };
}

function crash(service: SimulatedDatastore, options: string): Crash | undefined {
  const unknown = unknownDirective(options);
  if (unknown !== undefined) return { quick: true, lines: () => directiveFault(unknown.line, unknown.text) };
  const { fault } = storeOf(service);
  if (fault === undefined) return undefined;
  return { quick: true, lines: (at) => loadFault(at, fault) };
}

/**
 * service_export of the redis plugin: asks for a background save and waits until LASTSAVE, a time in whole seconds,
 * is another one, looking every 5 s. A save in the second of the last one is never seen.
 */
async function beforeDump(
  call: Invocation,
  service: SimulatedDatastore,
  moment: ServerMoment,
): Promise<void> {
  const store = storeOf(service);
  const { container } = service;
  const before = store.lastSave;
  call.err(PASSWORD_WARNING);
  await call.sleep(140);
  store.lastSave = Math.floor(call.host.now() / 1000);
  for (const line of saveLines(call.host.now())) moment.log(line);
  await call.sleep(90);
  call.err(PASSWORD_WARNING);
  while (before === store.lastSave) {
    call.err(PASSWORD_WARNING);
    await call.sleep(5000);
    if (container?.state !== 'running') return;
  }
}

/** Redis as the image of that name runs it. */
export const redisServer: DatabaseServer = {
  directory: '/data',
  empty: createKeyStore,
  environment: () => ({ DEBIAN_FRONTEND: 'noninteractive' }),
  crash,
  booted: (service, moment) => {
    const store = storeOf(service);
    store.lastSave = Math.floor(moment.now / 1000);
    for (const line of bootLines(moment.now, store.keys.size)) moment.log(line);
  },
  stopped: (moment) => {
    for (const line of stopLines(moment.now)) moment.log(line);
  },
  connect: (service, input, { now }) => runScript(storeOf(service), input, now),
  banner: () => `${PASSWORD_WARNING}\x1b[6n`,
  program: (service, [name = '', ...args], { now }) =>
    name === 'redis-cli' ? runOnce(storeOf(service), args, service.password, now) : undefined,
  beforeDump,
  dump: (service, now) => rdb(storeOf(service), now, service.padding),
  replace: (service, dump) => {
    const { store, padding } = readRdb(dump);
    service.data = store;
    service.padding = padding;
  },
};
