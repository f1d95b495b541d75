import type { Canary } from './canaries.ts';
import type { Stop } from './tour.ts';

const ABOUT = ['server', 'plugins', 'cron', 'ssh_keys', 'events', 'registry', 'scheduler'];

/** A stop at every tool for data services, and for what of the host lies beside its apps. */
export function hostTour(app: string, canaries: readonly Canary[], files: string): readonly Stop[] {
  const value = (key: string): string => canaries.find((one) => one.key === key)?.value ?? '';
  const stop = (tool: string, args: Stop['args'] = {}): Stop => ({ tool, args });
  const query = (name: string, ...args: readonly string[]): Stop => stop('command_query', { name, args });
  const planned = (name: string, ...args: readonly string[]): Stop =>
    stop('command_execute', { name, args, mode: 'plan' });
  const execute = (name: string, ...args: readonly string[]): Stop => stop('command_execute', { name, args });
  const file = (name: string) => ({ file: `${files}/${name}` });
  const db = { type: 'postgres', service: 'db' };
  const cache = { type: 'redis', service: 'cache' };
  const copy = { type: 'postgres', service: 'copy' };
  const keys = { access_key_id: { env: 'SECRET_S3_ID' }, secret_access_key: file('s3') };
  const endpoint = 'http://172.17.0.1:9000';
  const tls = { app, action: 'set', certificate: file('tls.crt'), other_names: true };
  const described = JSON.stringify({
    app: 'described',
    config: { SET_BY_TOOL: value('SET_BY_TOOL'), HIDDEN: { env: 'SECRET_ENV_A' } },
  });
  const github = { action: 'login', server: 'ghcr.io', username: 'me' };
  return [
    stop('services_info'),
    stop('services_info', db),
    stop('services_info', { ...cache }),
    stop('services_set', {
      action: 'create',
      type: 'redis',
      service: 'copy',
      options: { env: { PLAIN: value('SERVICE_ENV'), HIDDEN: { env: 'SECRET_ENV_A' } } },
    }),
    stop('services_set', { action: 'create', ...copy, options: { env: { A: `${value('SERVICE_ENV')};x` } } }),
    stop('services_set', { action: 'destroy', type: 'redis', service: 'copy' }),
    stop('services_set', { action: 'clone', ...db, to: 'copy' }),
    stop('services_set', { action: 'link', ...cache, app, mode: 'plan' }),
    stop('services_set', { action: 'link', ...copy, app, options: { restart: false } }),
    stop('backups_run', { action: 'export', ...copy }),
    stop('backups_run', { action: 'import', ...copy }),
    stop('services_set', { action: 'promote', ...copy, app }),
    stop('services_set', { action: 'promote', ...db, app }),
    stop('services_set', { action: 'unlink', ...copy, app, options: { restart: false } }),
    stop('services_set', { action: 'restart', ...cache }),
    stop('services_logs', { ...db }),
    stop('services_logs', { ...cache, grep: value('CACHE_PASSWORD').slice(0, 6) }),
    query('postgres:info', 'db'),
    query('postgres:info', 'db', '--dsn'),
    query('postgres:logs', 'db'),
    query('redis:info', 'cache', '--dsn'),
    query('redis:app-links', app),
    execute('postgres:enter', 'db', 'env'),
    stop('backups_run', { action: 'export', ...db }),
    stop('backups_run', { action: 'test_restore', ...db }),
    stop('backups_run', { action: 'export', ...cache, mode: 'plan' }),
    stop('backups_run', {
      action: 'auth',
      ...db,
      options: { ...keys, region: 'eu-central-1' },
      mode: 'plan',
    }),
    stop('backups_run', { action: 'auth', ...db, options: { ...keys, endpoint } }),
    stop('backups_run', { action: 'auth', ...db, options: { ...keys, access_key_id: value('S3_TEXT') } }),
    stop('backups_run', { action: 'run', ...db, options: { bucket: 'svc-bucket' } }),
    stop('backups_run', { action: 'schedule', ...db, options: { cron: '0 3 * * *', bucket: 'svc-bucket' } }),
    stop('backups_run', { action: 'unschedule', ...db }),
    execute('postgres:backup-set-encryption', 'db', value('S3_TEXT')),
    query('postgres:backup-schedule-cat', 'db'),
    planned('postgres:backup-auth', 'db', value('S3_TEXT'), value('S3_TEXT')),
    execute('postgres:backup-auth', 'db', value('S3_TEXT'), value('S3_TEXT')),
    planned('redis:create', 'more', '--custom-env', `PLAIN=${value('SERVICE_ENV')};B=2`),
    planned('redis:create', 'more', '--password', value('SERVICE_ENV')),
    execute('postgres:create', 'db', '--root-password', value('SERVICE_ENV')),
    stop('backup_status'),
    stop('backup_status', { ...db, verify: true }),
    stop('backup_cancel', { id: 'b-none' }),
    stop('backups_run', { action: 'deauth', ...db }),
    stop('services_set', { action: 'destroy', ...copy }),
    stop('app_diagnose', { app }),
    stop('host_review', { deep: true }),
    ...ABOUT.map((about) => stop('host_info', { about })),
    stop('host_samples', { take: true }),
    stop('host_cleanup'),
    stop('domains_info'),
    stop('domains_info', { app }),
    stop('certs_info'),
    stop('certs_set', { ...tls, key: file('tls.key'), mode: 'plan' }),
    stop('certs_set', { ...tls, key: file('tls.key') }),
    stop('certs_set', { ...tls, key: value('tls.key') }),
    stop('certs_set', { ...tls, certificate: file('tls.key'), key: file('tls.crt') }),
    stop('certs_set', { ...tls, key: value('CERT_KEY') }),
    stop('certs_info', { app }),
    stop('certs_set', { action: 'letsencrypt_email', email: 'ops@example.com' }),
    execute('letsencrypt:set', app, 'dns-provider', 'cloudflare'),
    execute('letsencrypt:set', app, `dns-provider-CLOUDFLARE_DNS_API_TOKEN=${value('DNS_TOKEN')}`),
    execute('letsencrypt:set', app, 'dns-provider-CLOUDFLARE_DNS_API_TOKEN', value('DNS_TOKEN')),
    planned('letsencrypt:set', app, 'dns-provider-CLOUDFLARE_DNS_API_TOKEN', value('DNS_TOKEN')),
    planned('letsencrypt:set', app, `dns-provider-CLOUDFLARE_DNS_API_TOKEN=${value('DNS_TOKEN')}`),
    query('letsencrypt:report', app),
    query('letsencrypt:list'),
    stop('certs_set', { app, action: 'letsencrypt_enable' }),
    stop('certs_set', { app, action: 'remove' }),
    stop('networks_info'),
    stop('networks_set', { action: 'create', network: 'copy' }),
    stop('networks_set', { action: 'attach', network: 'copy', app, restart: false }),
    stop('networks_set', { action: 'detach', network: 'copy', app, restart: false }),
    stop('networks_set', { action: 'destroy', network: 'copy' }),
    stop('storage_info'),
    stop('storage_set', { action: 'create', source: 'copy' }),
    stop('storage_set', { action: 'mount', source: 'copy', app, container_dir: '/copy', restart: false }),
    stop('storage_set', { action: 'unmount', source: 'copy', app, container_dir: '/copy', restart: false }),
    stop('storage_set', { action: 'destroy', source: 'copy' }),
    stop('registry_set', { app, ...github, password: file('registry') }),
    stop('registry_set', { ...github, password: { env: 'SECRET_REGISTRY' }, mode: 'plan' }),
    stop('registry_set', { ...github, password: value('LOGIN') }),
    stop('registry_set', { app, action: 'logout', server: 'ghcr.io' }),
    stop('policy_explain', { tool: 'config_set' }),
    stop('policy_explain', {
      command: 'config:set',
      args: [app, `SET_BY_COMMAND=${value('SET_BY_COMMAND')}`],
    }),
    stop('policy_explain', { command: 'registry:login', args: [app, 'ghcr.io', 'me', value('LOGIN')] }),
    stop('policy_explain', {
      command: 'letsencrypt:set',
      args: [app, 'dns-provider-TOKEN', value('DNS_TOKEN')],
    }),
    stop('policy_explain', { command: 'postgres:backup-auth', args: ['db', 'id', value('S3_TEXT')] }),
    stop('hosts_review'),
    stop('app_export', { app }),
    stop('app_drift', { document: described }),
    stop('app_apply', { document: described, mode: 'plan' }),
    stop('app_apply', { document: described, restart: false }),
    stop('app_drift', { document: described }),
    stop('app_copy', { from_host: 'sim', from_app: app, app: 'copied', deploy: false }),
    stop('config_set', { app, values: { SET_BY_TOOL: `${value('SET_BY_TOOL')}2` }, restart: false }),
    stop('changes_list', { limit: 200 }),
    stop('change_undo', { id: LATEST }),
    stop('change_undo', { id: 'absent' }),
    stop('changes_list', { app }),
  ];
}

/** Stands for the change that the last changes_list named first. */
export const LATEST = '(latest)';
