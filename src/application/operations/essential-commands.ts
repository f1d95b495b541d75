/**
 * The Dokku commands without any of which a tool can do nothing: where a policy denies all of them, the tool is not
 * listed. A tool that is not here can do something with whatever command reads (queries) or changes (changes).
 */
export const essentialCommands: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps_list', ['apps:report']],
  ['apps_info', ['apps:report']],
  ['app_export', ['config:export']],
  ['app_drift', ['config:export']],
  ['apps_create', ['apps:create', 'apps:clone']],
  ['app_copy', ['apps:create']],
  ['apps_set', ['apps:rename', 'apps:lock', 'apps:unlock']],
  ['apps_destroy', ['apps:destroy']],
  ['deploy_start', ['git:from-image', 'git:from-archive', 'git:sync', 'ps:rebuild']],
  ['deploy_cancel', ['builds:cancel']],
  ['deploy_rollback', ['git:from-image', 'git:from-archive', 'git:sync']],
  ['builds_list', ['builds:list']],
  ['logs_read', ['logs', 'logs:failed', 'nginx:access-logs', 'nginx:error-logs']],
  ['ps_scale', ['ps:scale']],
  ['ps_control', ['ps:start', 'ps:stop', 'ps:restart']],
  ['run_command', ['run', 'run:detached', 'enter']],
  ['config_get', ['config:keys', 'config:export']],
  ['config_set', ['config:set', 'config:import', 'config:unset', 'config:clear']],
  ['domains_set', ['domains:set', 'domains:add', 'domains:remove', 'domains:clear']],
  ['ports_set', ['ports:set', 'ports:add', 'ports:remove', 'ports:clear']],
  ['host_review', ['apps:report']],
  ['host_info', ['report', 'cron:report', 'ssh-keys:list', 'events', 'registry:report', 'scheduler:report']],
  ['host_samples', ['report']],
  ['host_cleanup', ['cleanup', 'ps:retire', 'builds:prune']],
  ['domains_info', ['domains:report']],
  ['certs_info', ['certs:report']],
  [
    'certs_set',
    [
      'certs:add',
      'certs:update',
      'certs:remove',
      'letsencrypt:cron-job',
      'letsencrypt:disable',
      'letsencrypt:enable',
      'letsencrypt:set',
    ],
  ],
  ['networks_info', ['network:list']],
  ['networks_set', ['network:create', 'network:destroy', 'network:set']],
  ['storage_info', ['storage:report']],
  [
    'storage_set',
    ['storage:create', 'storage:destroy', 'storage:ensure-directory', 'storage:mount', 'storage:unmount'],
  ],
  ['registry_set', ['registry:login', 'registry:logout']],
]);

/** Tools that send nothing to the host: only a rule that denies the tool itself takes them away. */
export const sendsNothing: ReadonlySet<string> = new Set(['command_search', 'policy_explain']);
