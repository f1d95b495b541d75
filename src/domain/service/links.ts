import type { Service } from './service.ts';

/** How an app is tied to a service: by the plugin's list, and by the variables of the app. */
export interface Link {
  readonly app: string;
  /** Variables that hold the service's address; the first is the default one where the app has that. */
  readonly variables: readonly string[];
  /** Those among them that hold another address than the service has (scheme, password, name): unlink leaves them. */
  readonly stale: readonly string[];
  /** Where list and variables disagree, with what follows. */
  readonly problem?: string;
}

/** The name under which linked apps reach the service. */
export function hostOf(dsn: string): string {
  return /@([^:/?#\s]+)/.exec(dsn)?.[1] ?? '';
}

/**
 * What the app's variables say of its link to a service (`X:links` is a file, `X:linked` compares the address; they
 * disagree after a variable was unset or rewritten by hand). `config` is undefined when it could not be read.
 */
export function linkOf(
  service: Service,
  app: string,
  config: ReadonlyMap<string, string> | undefined,
  defaultVariable: string,
): Link {
  if (config === undefined) {
    return { app, variables: [], stale: [], problem: 'its variables could not be read' };
  }
  const all = [...config];
  const exact = all.filter(([, value]) => isAddress(service.dsn, value)).map(([key]) => key);
  const host = hostOf(service.dsn);
  const other = all
    .filter(([key, value]) => !exact.includes(key) && pointsTo(host, value))
    .map(([key]) => key);
  const order = (keys: readonly string[]): string[] =>
    [...keys].sort(
      (a, b) => Number(b === defaultVariable) - Number(a === defaultVariable) || (a < b ? -1 : 1),
    );
  if (other.length > 0) {
    return {
      app,
      variables: order([...exact, ...other]),
      stale: order(other),
      problem: `${order(other).join(', ')} of ${app} leads to it with another address than it has (scheme, password or name), so the plugin does not count it as linked and unlink leaves the variable behind`,
    };
  }
  if (exact.length > 0) return { app, variables: order(exact), stale: [] };
  if (!service.links.includes(app)) return { app, variables: [], stale: [] };
  return {
    app,
    variables: [],
    stale: [],
    problem: `${app} stands in its list of links, but has no variable for it (unset by hand, or a link that failed half way); unlink clears the list, link sets the variable again`,
  };
}

/** Dokku appends a query string to the address where the link asked for one. */
function isAddress(dsn: string, value: string): boolean {
  return dsn !== '' && (value === dsn || value.startsWith(`${dsn}?`));
}

function pointsTo(host: string, value: string): boolean {
  if (host === '') return false;
  const start = value.indexOf(`@${host}`);
  const after = value.charAt(start + host.length + 1);
  return start !== -1 && (after === '' || /[:/?#]/.test(after));
}
