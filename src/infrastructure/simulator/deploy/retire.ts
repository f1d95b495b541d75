import type { SimulatedHost } from '../host.ts';
import type { Invocation } from '../invocation.ts';
import { info, verbose } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/** The host's timer runs ps:retire every five minutes. */
const TIMER_MS = 300_000;

/** Removes what the host's own timer has removed by now: replaced containers whose time had come, and their names. */
export function passRetireTimer(host: SimulatedHost, app: SimulatedApp): void {
  const last = Math.floor(host.now() / TIMER_MS) * TIMER_MS;
  remove(app, (at) => at < last);
}

/** Removes the replaced containers whose time has come, saying so; of one app or of all (ps:retire, apps:destroy). */
export async function retireContainers(call: Invocation, only?: SimulatedApp): Promise<void> {
  const { host } = call;
  const apps = only === undefined ? host.appNames().flatMap((name) => host.apps.get(name) ?? []) : [only];
  call.out(info('Retiring old containers and images'));
  await call.sleep(500);
  for (const app of apps) {
    passRetireTimer(host, app);
    for (const { id, at } of app.retired ?? []) {
      if (at < host.now() && !call.flags.quiet)
        call.out(verbose(`Attempting to retire ${app.name} container ${id}`));
    }
    remove(app, (at) => at < host.now());
  }
}

function remove(app: SimulatedApp, due: (at: number) => boolean): void {
  const gone = new Set((app.retired ?? []).filter(({ at }) => due(at)).map(({ id }) => id));
  if (gone.size === 0) return;
  app.retired = (app.retired ?? []).filter(({ id }) => !gone.has(id));
  app.named = (app.named ?? []).filter(({ id }) => !gone.has(id));
}
