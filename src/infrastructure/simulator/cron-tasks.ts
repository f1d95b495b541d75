import { property } from './access.ts';
import type { SimulatedHost } from './host.ts';
import type { SimulatedApp, SimulatedCronTask } from './state.ts';

/** What a task's own maintenance property begins with; the task's id follows. */
export const TASK_MAINTENANCE = 'maintenance.';

/** A task as cron:list shows it, in the order of its JSON. */
export interface CronTask {
  readonly id: string;
  readonly app?: string;
  readonly command: string;
  readonly global?: true;
  readonly schedule: string;
  readonly concurrency_policy: string;
  readonly 'app-in-maintenance': boolean;
  readonly 'task-in-maintenance': boolean;
  readonly maintenance: boolean;
}

/** The app's tasks as cron:list shows them (FetchCronTasks of plugins/cron/cron.go). */
export function cronTasks(host: SimulatedHost, app: SimulatedApp): CronTask[] {
  const appOff = inMaintenance(host, app) === 'true';
  return app.cron.map((task) => {
    const off = taskOff(host, app, task);
    return {
      id: task.id,
      app: app.name,
      command: task.command,
      schedule: task.schedule,
      concurrency_policy: task.concurrencyPolicy ?? 'allow',
      'app-in-maintenance': appOff,
      'task-in-maintenance': off,
      maintenance: appOff || off,
    };
  });
}

const RENEWAL = ['24 6 * * *', 'dokku letsencrypt:auto-renew', '/var/log/dokku/letsencrypt.log'] as const;

/** The tasks that plugins put in (`cron-entries`): letsencrypt's renewal, once it was added. */
export function globalCronTasks(host: SimulatedHost): CronTask[] {
  if (!host.letsencrypt.autorenew) return [];
  const [schedule, command] = RENEWAL;
  const task = {
    id: base36(RENEWAL.join(';;;')),
    command,
    global: true,
    schedule,
    concurrency_policy: '',
  } as const;
  return [{ ...task, 'app-in-maintenance': false, 'task-in-maintenance': false, maintenance: false }];
}

/** Dokku's ids of tasks: what tells them apart, read as one number. */
export function base36(text: string): string {
  return BigInt(`0x${Buffer.from(text).toString('hex')}`).toString(36);
}

/** The maintenance mode in force. */
export function inMaintenance(host: SimulatedHost, app: SimulatedApp | '--global'): string {
  if (app !== '--global' && property(host, 'cron', app, 'maintenance') === 'true') return 'true';
  return property(host, 'cron', '--global', 'maintenance') || 'false';
}

function taskOff(host: SimulatedHost, app: SimulatedApp, task: SimulatedCronTask): boolean {
  const value = property(host, 'cron', app, `${TASK_MAINTENANCE}${task.id}`);
  return task.maintenance === true || /^(1|t|T|TRUE|true|True)$/.test(value);
}
