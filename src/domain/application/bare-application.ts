import type { Application } from './application.ts';

/** An app of which only the name is known: nothing in it is set, and nothing is a fault. */
export function bareApplication(name: string): Application {
  return {
    name,
    state: 'created',
    locked: false,
    running: 'false',
    processes: [],
    scale: { desired: {}, fixedByAppJson: false },
    domains: [],
    urls: [],
    ports: { mapped: [], detected: [] },
    listeners: [],
    certificate: { enabled: false },
    proxy: { enabled: true, type: '' },
    configKeys: [],
    mounts: [],
    resources: {},
    checks: {},
    builds: [],
    cron: [],
    missing: [],
  };
}
