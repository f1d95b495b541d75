import { computed, property } from '../access.ts';
import { containers, dyno } from '../deploy/containers.ts';
import { isDeployed } from '../deploy/deploy.ts';
import { runningState } from '../deploy/running.ts';
import { type ReportKeys, reportHandler } from '../report.ts';

const DEFAULTS: Readonly<Record<string, string>> = {
  'procfile-path': 'Procfile',
  'restart-policy': 'on-failure:10',
  'skip-deploy': 'false',
  'stop-timeout-seconds': '30',
};
const GLOBAL_KEYS = Object.keys(DEFAULTS);
const APP_KEYS = ['dockerfile-start-cmd', ...GLOBAL_KEYS, 'start-cmd'];

/** ps:report (plugins/ps/report.go). */
export const psReport = reportHandler({
  type: 'ps',
  legacyPrefix: true,
  cost: { base: 40, perApp: 380 },
  dearKeys: { running: 160, processes: 160 },
  app: (app, { host }): ReportKeys => {
    const keys: Record<string, string | (() => string)> = {
      deployed: () => String(isDeployed(host, app)),
      processes: String(app.containers.length),
      'ps-can-scale': String(!app.scaleLocked),
      restore: String(app.restore),
      running: runningState(app),
    };
    for (const key of APP_KEYS) {
      keys[`ps-${key}`] = property(host, 'ps', app, key);
      keys[`ps-computed-${key}`] = computed(host, 'ps', app, key, DEFAULTS[key] ?? '');
    }
    for (const key of GLOBAL_KEYS) keys[`ps-global-${key}`] = property(host, 'ps', '--global', key);
    for (const container of containers(app)) {
      keys[`status-${dyno(container)}`] = `${container.state} (CID: ${container.id.slice(0, 11)})`;
    }
    return keys;
  },
  global: ({ host }): ReportKeys => {
    const keys: Record<string, string> = {};
    for (const key of GLOBAL_KEYS) {
      keys[`ps-computed-${key}`] = computed(host, 'ps', '--global', key, DEFAULTS[key] ?? '');
      keys[`ps-global-${key}`] = property(host, 'ps', '--global', key);
    }
    return keys;
  },
});
