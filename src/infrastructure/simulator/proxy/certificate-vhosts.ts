import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';
import { certificateHostnames } from './certificates.ts';
import { vhostsEnabled } from './domains.ts';

/**
 * The pattern that Dokku makes of a certificate's host names. Its ends bind only to the first and the last name
 * (`^a\.x|b\.x$`), as in plugins/nginx-vhosts/functions.
 */
function certificatePattern(app: SimulatedApp): RegExp {
  const names = certificateHostnames(app).map((name) =>
    name.replace(/[^a-zA-Z0-9*_-]/g, '\\$&').replaceAll('*', '[^.]*'),
  );
  return new RegExp(`^${names.join('|')}$`);
}

/** The app's domains that its certificate covers; the global domains while virtual hosts are disabled. */
export function certificateVhosts(host: SimulatedHost, app: SimulatedApp): readonly string[] {
  if (app.certificate === undefined) return [];
  return vhostsEnabled(app) ? coveredDomains(app) : host.globalDomains;
}

/** The app's domains that match its certificate's pattern. */
export function coveredDomains(app: SimulatedApp): readonly string[] {
  const pattern = certificatePattern(app);
  return app.domains.names.filter((domain) => pattern.test(domain));
}
