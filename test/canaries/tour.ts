import type { Canary } from './canaries.ts';
import { hostTour } from './tour-host.ts';

/** One call of a tool. */
export interface Stop {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const GIT = 'https://github.com/acme/shop.git';

/** A stop at every tool of the product, with canaries wherever a caller may put a secret. */
export function tour(app: string, canaries: readonly Canary[], files: string): readonly Stop[] {
  const value = (key: string): string => canaries.find((one) => one.key === key)?.value ?? '';
  const stop = (tool: string, args: Stop['args'] = {}): Stop => ({ tool, args });
  const query = (name: string, ...args: readonly string[]): Stop => stop('command_query', { name, args });
  const execute = (name: string, args: readonly string[], stdin?: string): Stop =>
    stop('command_execute', { name, args, ...(stdin === undefined ? {} : { stdin }) });
  const set = (values: unknown, restart = false): Stop => stop('config_set', { app, values, restart });
  const signed = `https://archives.internal/shop.tar.gz?X-Amz-Signature=${value('ARCHIVE_SIGNATURE')}&sig=${value('ARCHIVE_SIG')}`;
  return [
    stop('apps_list'),
    stop('apps_info', { app }),
    stop('config_get', { app }),
    stop('config_get', { app, reveal: true }),
    set({ SET_BY_TOOL: value('SET_BY_TOOL') }),
    stop('config_set', { app, values: { SET_BY_TOOL: value('SET_BY_TOOL') }, mode: 'plan' }),
    set({ FROM_ENV: { env: 'SECRET_ENV_A' }, FROM_FILE: { file: `${files}/one` }, MADE: { generate: 32 } }),
    set({ FROM_ENV: { env: 'SECRET_ENV_B' }, FROM_FILE: { file: `${files}/two` } }, true),
    set({ BAD: `${value('SET_BY_TOOL')}"` }),
    set({ [`NOT A KEY ${value('SET_BY_TOOL')}`]: 'x' }),
    set(value('SET_BY_TOOL')),
    execute('config:set', ['--no-restart', app, `SET_BY_COMMAND=${value('SET_BY_COMMAND')}`]),
    execute('config:set', [app, `SET_BY_COMMAND=${value('SET_BY_COMMAND')}`, '--nonsense']),
    stop('command_execute', { name: 'config:set', args: `SET_BY_COMMAND=${value('SET_BY_COMMAND')}` }),
    execute(
      'config:import',
      ['--format', 'json', '--no-restart', app, '-'],
      JSON.stringify({ IMPORTED: value('IMPORTED') }),
    ),
    execute('config:import', ['--format', 'json', app, '-'], `{"IMPORTED": "${value('IMPORTED')}`),
    execute(
      'config:import',
      ['--no-restart', app, '-'],
      `IMPORTED='${value('IMPORTED')}'\nnonsense ${value('IMPORTED')}\n`,
    ),
    execute('registry:login', [app, 'registry.internal', 'me', value('LOGIN')]),
    execute('registry:login', ['--password-stdin', app, 'registry.internal', 'me'], value('LOGIN')),
    execute('git:auth', ['git.internal', 'me', value('GIT_AUTH')]),
    query('git:auth-status', 'git.internal', 'me', value('GIT_AUTH')),
    execute('git:sync', ['--build', app, `https://me:${value('GIT_URL')}@git.internal/x.git`]),
    stop('deploy_start', { app, git_url: `https://me:${value('GIT_URL')}@git.internal/x.git` }),
    execute(
      'certs:add',
      [app],
      `-----BEGIN PRIVATE KEY-----\n${value('CERT_KEY')}\n-----END PRIVATE KEY-----\n`,
    ),
    stop('run_command', { app, command: ['env'] }),
    stop('run_command', { app, command: ['sh', '-c', 'printenv VALUE_1 >&2; printenv VALUE_5; exit 3'] }),
    execute('run', [app, 'env']),
    execute('run:detached', [app, 'env']),
    execute('enter', [app, 'web', '--', 'env']),
    stop('logs_read', { app, tail: 2000, max_tokens: 20_000 }),
    stop('logs_read', { app, grep: value('VALUE_1').slice(0, 12) }),
    stop('logs_read', { app, source: 'failed' }),
    stop('logs_read', { app, source: 'nginx-error' }),
    query('logs', app),
    query('config:show', app),
    query('config:export', '--format', 'json', app),
    query('config:keys', app),
    query('ps:inspect', app),
    query('certs:show', app, 'key'),
    query('docker-options:report', app),
    query('apps:report', app),
    stop('command_search', { words: 'config set' }),
    stop('ps_scale', { app, processes: { web: 2 } }),
    stop('ps_control', { app, action: 'restart' }),
    stop('ps_set', { app, checks: 'enable' }),
    stop('domains_set', { app, action: 'add', domains: ['canary.example.com'] }),
    stop('ports_set', { app, action: 'add', ports: ['http:8080:5000'] }),
    stop('deploy_start', { app, archive_url: signed, mode: 'plan' }),
    stop('deploy_start', { app, archive_url: signed }),
    stop('deploy_status', { app, tail: 2000 }),
    stop('builds_list', { app }),
    stop('changes_list', { app }),
    stop('deploy_start', { app, git_url: GIT, ref: 'tells' }),
    stop('deploy_start', { app, git_url: GIT, ref: 'tells-and-fails' }),
    stop('deploy_start', { app, image: 'demo/absent:1' }),
    stop('deploy_status', { app, tail: 2000 }),
    stop('deploy_cancel', { app }),
    stop('deploy_rollback', { app, mode: 'plan' }),
    stop('builds_list', { app }),
    stop('apps_create', { app: 'copy', clone_of: app }),
    stop('apps_set', { app: 'copy', action: 'lock' }),
    ...hostTour(app, canaries, files),
    stop('apps_destroy', { app: 'copy' }),
  ];
}
