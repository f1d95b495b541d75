import { cronTasks } from './cron-tasks.ts';
import type { Invocation } from './invocation.ts';
import { info } from './output.ts';

/**
 * Writes the scheduled tasks of all apps that are not in maintenance into the dokku user's crontab, or removes it when there are none
 * (writeCronTab of plugins/cron/crontab.go).
 */
export function writeCrontab(call: Pick<Invocation, 'host' | 'out'>): void {
  const { host } = call;
  const scheduled = [...host.apps.values()].flatMap((app) => cronTasks(host, app));
  if (scheduled.some(({ maintenance }) => !maintenance)) {
    host.crontab = true;
    call.out(info('Updated schedule file'));
  } else if (host.crontab) {
    host.crontab = false;
    call.out(info('Removed'));
  }
}
