import { cronTasks, globalCronTasks } from './cron-tasks.ts';
import type { Invocation } from './invocation.ts';
import { info } from './output.ts';

/**
 * Writes the scheduled tasks that are not in maintenance, of apps and of plugins, into the dokku user's crontab, or
 * removes it when there are none (writeCronTab of plugins/cron/crontab.go).
 */
export function writeCrontab(call: Pick<Invocation, 'host' | 'out'>): void {
  const { host } = call;
  const ofApps = [...host.apps.values()].flatMap((app) => cronTasks(host, app));
  const scheduled = [...ofApps, ...globalCronTasks(host)];
  if (scheduled.some(({ maintenance }) => !maintenance)) {
    host.crontab = true;
    call.out(info('Updated schedule file'));
  } else if (host.crontab) {
    host.crontab = false;
    call.out(info('Removed'));
  }
}
