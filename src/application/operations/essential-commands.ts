/**
 * The Dokku commands without any of which a tool can do nothing: where a policy denies all of them, the tool is not
 * listed. A tool that is not here can do something with whatever command reads (queries) or changes (changes).
 */
export const essentialCommands: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps_list', ['apps:report']],
  ['apps_info', ['apps:report']],
  ['apps_create', ['apps:create', 'apps:clone']],
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
]);

/** Tools that send nothing to the host: only a rule that denies the tool itself takes them away. */
export const sendsNothing: ReadonlySet<string> = new Set(['command_search', 'policy_explain']);
