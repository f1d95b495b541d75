import { writeCrontab } from '../crontab.ts';
import type { Invocation } from '../invocation.ts';
import { info } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { stopContainer } from './containers.ts';

/** Stops every container of the app; nothing starts it again but ps:start (Stop of plugins/ps/ps.go). */
export async function stopApp(call: Invocation, app: SimulatedApp): Promise<void> {
  if (!call.flags.quiet) call.out(info(`Stopping ${app.name}`));
  await call.sleep(1000);
  for (const container of app.containers) stopContainer(call.host, container);
  app.oneOffs = [];
  app.restore = false;
  writeCrontab(call);
}
