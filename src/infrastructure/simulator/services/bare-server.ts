import type { DatabaseServer } from './server.ts';

/** A server whose plugin has no client, no dump and no import: it starts, stops and says so. */
export function bareServer(ready: string): DatabaseServer {
  return {
    directory: '/',
    empty: () => ({ kind: 'none' }),
    environment: () => ({}),
    crash: () => undefined,
    booted: (_, { now, log }) => log(`${new Date(now).toISOString()} ${ready}`),
    stopped: ({ now, log }) => log(`${new Date(now).toISOString()} stopped`),
    connect: () => ({ output: [], exit: 0 }),
    banner: () => '',
    program: () => undefined,
    dump: () => [],
  };
}
