import { base36 } from '../cron-tasks.ts';
import type { SimulatedCronTask } from '../state.ts';

/** The tasks of an app.json with the ids that Dokku gives them: base 36 of `APP===COMMAND===SCHEDULE` (plugins/cron/cron.go). */
export function cronTasks(
  app: string,
  entries: readonly { readonly command: string; readonly schedule: string }[],
): SimulatedCronTask[] {
  return entries.map(({ command, schedule }) => ({
    id: base36(`${app}===${command}===${schedule}`),
    command,
    schedule,
  }));
}
