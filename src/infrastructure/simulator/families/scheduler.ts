import type { Family } from '../invocation.ts';
import { propertyHandler } from '../properties.ts';
import { reportHandler } from '../report.ts';
import { type Defaults, tieredKeys } from '../tiers.ts';

const defaults: Defaults = { selected: 'docker-local', shell: '' };
const localDefaults: Defaults = { 'init-process': 'true', 'parallel-schedule-count': '1' };

/** plugins/scheduler: which scheduler runs an app. A name that no plugin serves is stored all the same. */
export const scheduler: Family = {
  commands: {
    'scheduler:report': reportHandler({
      type: 'scheduler',
      legacyPrefix: true,
      app: (app, call) => tieredKeys(call.host, 'scheduler', app, defaults),
      global: (call) => tieredKeys(call.host, 'scheduler', '--global', defaults),
    }),
    'scheduler:set': propertyHandler({
      plugin: 'scheduler',
      style: 'go',
      keys: Object.keys(defaults),
      globalKeys: Object.keys(defaults),
    }),
  },
};

/** plugins/scheduler-docker-local: settings of the scheduler that starts containers on this host. */
export const schedulerDockerLocal: Family = {
  commands: {
    'scheduler-docker-local:report': reportHandler({
      type: 'scheduler-docker-local',
      legacyPrefix: false,
      app: (app, call) => tieredKeys(call.host, 'scheduler-docker-local', app, localDefaults),
      global: (call) => tieredKeys(call.host, 'scheduler-docker-local', '--global', localDefaults),
    }),
    'scheduler-docker-local:set': propertyHandler({
      plugin: 'scheduler-docker-local',
      style: 'shell',
      keys: Object.keys(localDefaults),
      globalKeys: Object.keys(localDefaults),
    }),
  },
};
