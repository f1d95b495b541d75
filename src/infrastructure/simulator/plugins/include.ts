import type { SimulatedApp } from '../state.ts';

/** Writes a file into the app's nginx.conf.d, which its servers include. */
export function writeInclude(app: SimulatedApp, name: string, text: string): void {
  app.proxyIncludes ??= new Map();
  app.proxyIncludes.set(name, text);
}

/** Removes a file of the app's nginx.conf.d. */
export function removeInclude(app: SimulatedApp, name: string): void {
  app.proxyIncludes?.delete(name);
}

/** The file's text, undefined when there is none. */
export function readInclude(app: SimulatedApp, name: string): string | undefined {
  return app.proxyIncludes?.get(name);
}
