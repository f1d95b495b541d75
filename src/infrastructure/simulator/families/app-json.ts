import type { Family } from '../invocation.ts';
import { propertyHandler } from '../properties.ts';
import { reportHandler } from '../report.ts';
import { type Defaults, tieredKeys } from '../tiers.ts';

const defaults: Defaults = { 'appjson-path': 'app.json' };

/** plugins/app-json: where an app's app.json lies in its repository. */
export const appJson: Family = {
  commands: {
    'app-json:report': reportHandler({
      type: 'app-json',
      legacyPrefix: true,
      app: (app, call) => tieredKeys(call.host, 'app-json', app, defaults),
      global: (call) => tieredKeys(call.host, 'app-json', '--global', defaults),
    }),
    'app-json:set': propertyHandler({
      plugin: 'app-json',
      style: 'go',
      keys: Object.keys(defaults),
      globalKeys: Object.keys(defaults),
    }),
  },
};
