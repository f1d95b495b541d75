/** What the server asks every host before anything else; it tells nothing of any app, so no policy takes it away. */
export const alwaysAllowed: ReadonlySet<string> = new Set(['plugin:list', 'version']);

/**
 * Reads of all apps at once from which the server makes its lists. Whoever may read some apps only gets them filtered
 * from the server, which therefore may send them; on the host nobody filters (see the fence's `strict`).
 */
export const overviewReads: ReadonlySet<string> = new Set([
  'apps:list',
  'apps:report',
  'builds:list',
  'builds:report',
  'certs:report',
  'checks:report',
  'cron:report',
  'domains:report',
  'http-auth:report',
  'maintenance:report',
  'network:report',
  'ports:report',
  'proxy:report',
  'ps:report',
  'registry:report',
  'resource:report',
  'scheduler:report',
  'storage:report',
]);

/**
 * The same of the plugins of data services: `postgres:list`, `postgres:info`. No fence lets them pass for a role that may
 * not read the whole host, for the second one prints passwords.
 */
export const serviceReads: ReadonlySet<string> = new Set(['info', 'list']);
