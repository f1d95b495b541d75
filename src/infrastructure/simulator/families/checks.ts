import { byBytes, property, requireAppOfShell, setProperty } from '../access.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { info } from '../output.ts';
import { propertyHandler } from '../properties.ts';
import { reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { tieredKeys } from '../tiers.ts';

const defaults = { 'wait-to-retire': '60' };

interface Lists {
  disabled: string;
  skipped: string;
}

function lists(call: Invocation, app: SimulatedApp): Lists {
  return {
    disabled: property(call.host, 'checks', app, 'disabled'),
    skipped: property(call.host, 'checks', app, 'skipped'),
  };
}

function store(call: Invocation, app: SimulatedApp, { disabled, skipped }: Lists): void {
  setProperty(call.host, 'checks', app, 'disabled', disabled);
  setProperty(call.host, 'checks', app, 'skipped', skipped);
  app.checks = { disabled: words(disabled), skipped: words(skipped) };
}

const words = (list: string): string[] => list.split(',').filter((word) => word !== '');

/** `remove_val_from_list` of plugins/common/functions: takes the text out wherever it stands, also inside a longer name. */
function without(value: string, list: string): string {
  return list.replaceAll(value, '').replaceAll(',,', ',').replace(/^,/, '').replace(/,$/, '');
}

const including = (value: string, list: string): string =>
  words(list).includes(value) ? list : `${list},${value}`;

/** `checks:disable` and `checks:skip`: for all processes, or for the named ones, which then leave the other list. */
function listing(kind: 'disabled' | 'skipped', verb: string): Handler {
  const other = kind === 'disabled' ? 'skipped' : 'disabled';
  return async (call) => {
    await call.sleep(75);
    const app = requireAppOfShell(call, call.args[0]);
    const processes = call.args[1] || '_all_';
    const now = lists(call, app);
    if (processes === '_all_') {
      call.out(info(`${verb} zero downtime for app (${app.name})`));
      store(call, app, { disabled: '', skipped: '', [kind]: '_all_' });
      return 0;
    }
    call.out(info(`${verb} zero downtime for app's (${app.name}) proctypes (${processes})`));
    for (const process of words(processes)) {
      now[kind] = including(process, now[kind]);
      if (words(now[other]).includes(process)) now[other] = without(process, now[other]);
    }
    now[kind] = without('_all_', now[kind]);
    store(call, app, now);
    return 0;
  };
}

const enable: Handler = async (call) => {
  await call.sleep(75);
  const app = requireAppOfShell(call, call.args[0]);
  const processes = call.args[1] || '_all_';
  if (processes === '_all_') {
    call.out(info(`Enabling zero downtime for app's (${app.name})`));
    store(call, app, { disabled: '', skipped: '' });
    return 0;
  }
  call.out(info(`Enabling zero downtime for app's (${app.name}) proctypes (${processes})`));
  const now = lists(call, app);
  for (const process of words(processes)) {
    now.disabled = without(process, now.disabled);
    now.skipped = without(process, now.skipped);
  }
  store(call, app, now);
  return 0;
};

/** plugins/checks but for checks:run, which belongs to the deploys. */
export const checks: Family = {
  commands: {
    'checks:disable': listing('disabled', 'Disabling'),
    'checks:enable': enable,
    'checks:report': reportHandler({
      type: 'checks',
      legacyPrefix: false,
      app: (app, call) => ({
        ...tieredKeys(call.host, 'checks', app, defaults),
        'checks-disabled-list': lists(call, app).disabled || 'none',
        'checks-skipped-list': lists(call, app).skipped || 'none',
      }),
      global: (call) => tieredKeys(call.host, 'checks', '--global', defaults),
      cost: { base: 50, perApp: 1 },
    }),
    'checks:set': propertyHandler({
      plugin: 'checks',
      style: 'shell',
      keys: Object.keys(defaults).sort(byBytes),
      globalKeys: Object.keys(defaults),
      cost: 70,
    }),
    'checks:skip': listing('skipped', 'Skipping'),
  },
};
