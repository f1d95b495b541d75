import { goStructJson, property, requireApp } from '../access.ts';
import { columns } from '../columns.ts';
import { type CronTask, cronTasks, globalCronTasks, inMaintenance, TASK_MAINTENANCE } from '../cron-tasks.ts';
import { writeCrontab } from '../crontab.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

const list: Handler = async (call) => {
  await call.sleep(45);
  const flags = parseFlags(call, {
    global: { kind: 'bool', usage: '--global: set a global property' },
    format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' },
  });
  const format = flags.text('format') || 'stdout';
  if (format !== 'stdout' && format !== 'json') {
    fail(call, 'Invalid format specified, supported formats: json, stdout');
  }
  const ofHost = flags.has('global') || flags.arg(0) === '--global';
  if (ofHost) await call.sleep(95);
  const found = ofHost ? globalCronTasks(call.host) : cronTasks(call.host, requireApp(call, flags.arg(0)));
  if (format === 'json') call.out(`${goStructJson(found)}\n`);
  else call.out(`${table(found)}\n`);
  return 0;
};

function table(found: readonly CronTask[]): string {
  const rows = found.map((task) => {
    const off = task['task-in-maintenance'] ? 'true (task)' : 'true (app)';
    return [task.id, task.schedule, task.concurrency_policy, task.maintenance ? off : 'false', task.command];
  });
  return columns([['ID', 'Schedule', 'Concurrency', 'Maintenance', 'Command'], ...rows]);
}

const global = { kind: 'bool', usage: '--global: set a global property' } as const;

const set: Handler = (call) => {
  const flags = parseFlags(call, { global });
  const ofHost = flags.has('global') || flags.arg(0) === '--global';
  const at = flags.has('global') ? 0 : 1;
  return change(call, ofHost ? '--global' : flags.arg(0), flags.arg(at), flags.arg(at + 1));
};

/** CommandSet of plugins/cron/subcommands.go, which cron:suspend and cron:resume call too. */
async function change(call: Invocation, name: string, key: string, value: string): Promise<number> {
  const { host } = call;
  if ((key === 'mailfrom' || key === 'mailto') && name !== '--global') {
    fail(call, 'Property cannot be specified on a per-app basis');
  }
  const keys = ['mailfrom', 'mailto', 'maintenance'];
  if (key.startsWith(TASK_MAINTENANCE)) {
    if (name === '--global') fail(call, 'Task maintenance properties cannot be set globally');
    if (key === TASK_MAINTENANCE) fail(call, 'Invalid task maintenance property, missing ID');
    const known = host.apps.get(name)?.cron.some((task) => `${TASK_MAINTENANCE}${task.id}` === key);
    if (known !== true) fail(call, `Invalid task maintenance property, no matching task ID found: ${key}`);
    keys.push(key);
  }
  const store = propertyHandler({
    plugin: 'cron',
    style: 'go',
    keys,
    globalKeys: ['mailfrom', 'mailto', 'maintenance'],
    cost: 50,
  });
  await store({ ...call, args: [name, key, value] });
  writeCrontab(call);
  return 0;
}

const suspension =
  (value: string): Handler =>
  (call) => {
    const flags = parseFlags(call, {});
    return change(call, flags.arg(0), `${TASK_MAINTENANCE}${flags.arg(1)}`, value);
  };

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  const { host } = call;
  const keys: Record<string, string> = {
    ...globalKeys(host, app),
    'cron-maintenance': property(host, 'cron', app, 'maintenance'),
    'cron-task-count': String(app.cron.length),
  };
  for (const [key, value] of app.properties.get('cron') ?? []) {
    if (key.startsWith(TASK_MAINTENANCE))
      keys[`cron-maintenance-${key.slice(TASK_MAINTENANCE.length)}`] = value;
  }
  return keys;
}

function globalKeys(host: SimulatedHost, target: SimulatedApp | '--global'): Record<string, string> {
  const mail = (key: string): string => property(host, 'cron', '--global', key);
  return {
    'cron-computed-mailfrom': mail('mailfrom'),
    'cron-computed-mailto': mail('mailto'),
    'cron-computed-maintenance': inMaintenance(host, target),
    'cron-global-mailfrom': mail('mailfrom'),
    'cron-global-mailto': mail('mailto'),
    'cron-global-maintenance': mail('maintenance'),
  };
}

/** plugins/cron: the tasks of an app's app.json. cron:run stands with the other commands that start containers. */
export const cron: Family = {
  commands: {
    'cron:list': list,
    'cron:report': reportHandler({
      type: 'cron',
      legacyPrefix: true,
      app: appKeys,
      global: (call) => globalKeys(call.host, '--global'),
    }),
    'cron:resume': suspension(''),
    'cron:set': set,
    'cron:suspend': suspension('true'),
  },
};
