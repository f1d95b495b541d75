import { type CorpusCase, expand } from './case.ts';

/** One call of one tool with the input of a case in the place where that tool takes it. */
export interface Attempt {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

type Input = Readonly<Record<string, unknown>>;
type Plan = (input: Input, given: CorpusCase) => Attempt[];

const execute = (name: string, ...args: readonly unknown[]): Attempt => ({
  tool: 'command_execute',
  args: { name, args },
});
const query = (name: string, ...args: readonly unknown[]): Attempt => ({
  tool: 'command_query',
  args: { name, args },
});
const texts = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string');

const git: Plan = ({ app, remote, ref }, { positive }) => {
  const source = { app, git_url: remote, ...(ref === undefined ? {} : { ref }) };
  const refs = ref === undefined ? [] : [ref];
  if (positive === true) return [{ tool: 'deploy_start', args: source }];
  return [
    { tool: 'deploy_start', args: source },
    { tool: 'deploy_start', args: { ...source, mode: 'plan' } },
    ...(texts(remote, ...refs) ? [execute('git:sync', '--build', app, remote, ...refs)] : []),
  ];
};

const plans: Readonly<Record<string, Plan>> = {
  app_name: ({ app }, { positive }) => {
    const create = { tool: 'apps_create', args: { app } };
    if (positive === true) return [create, { tool: 'apps_info', args: { app } }];
    return [
      create,
      { tool: 'apps_info', args: { app } },
      { tool: 'apps_set', args: { app: 'victim', action: 'rename', new_name: app } },
      { tool: 'apps_destroy', args: { app } },
      { tool: 'ps_control', args: { app, action: 'restart' } },
      { tool: 'ps_scale', args: { app, processes: { web: 1 } } },
      { tool: 'ps_set', args: { app, checks: 'enable' } },
      { tool: 'logs_read', args: { app } },
      { tool: 'run_command', args: { app, command: ['true'] } },
      { tool: 'config_get', args: { app } },
      { tool: 'config_set', args: { app, values: { KEY: 'value' }, restart: false } },
      { tool: 'domains_set', args: { app, action: 'add', domains: ['corpus.example.com'] } },
      { tool: 'ports_set', args: { app, action: 'add', ports: ['http:80:5000'] } },
      { tool: 'deploy_start', args: { app, image: 'demo/web:1' } },
      ...(texts(app) ? [execute('apps:create', app), execute('apps:lock', app)] : []),
    ];
  },
  env_key: ({ app, vars }) => [
    { tool: 'config_set', args: { app, values: vars, restart: false } },
    ...Object.entries(vars as object)
      .filter(([key]) => !key.includes('='))
      .map(([key, value]) => execute('config:set', '--no-restart', app, `${key}=${String(value)}`)),
  ],
  env_value: ({ app, vars }) => [{ tool: 'config_set', args: { app, values: vars, restart: false } }],
  domain: ({ app, domain }, { positive }) => [
    { tool: 'domains_set', args: { app, action: 'add', domains: [domain] } },
    ...(positive === true
      ? []
      : [
          { tool: 'domains_set', args: { action: 'add', domains: [domain] } },
          ...(texts(domain) ? [execute('domains:add', app, domain)] : []),
        ]),
  ],
  git_url: git,
  git_ref: git,
  archive_url: ({ app, url }) => [
    { tool: 'deploy_start', args: { app, archive_url: url } },
    execute('git:from-archive', app, url),
  ],
  image_ref: ({ app, image }, { positive }) => [
    { tool: 'deploy_start', args: { app, image } },
    ...(positive === true || !texts(image) ? [] : [execute('git:from-image', app, image)]),
  ],
  ports: ({ app, map }, { positive }) => [
    { tool: 'ports_set', args: { app, action: 'add', ports: [map] } },
    ...(positive === true || !texts(map) ? [] : [execute('ports:add', app, map)]),
  ],
  // Only scheduled backups take a schedule over the wire; cron tasks of apps stand in their app.json.
  cron: ({ schedule }) => [execute('postgres:backup-schedule', 'db', schedule, 'bucket')],
  run_argv: ({ app, command }) => [
    { tool: 'run_command', args: { app, command: typeof command === 'string' ? [...command] : command } },
  ],
  scale: ({ app, scale }, { positive }) => {
    const [type = '', count = ''] = splitOnce(String(scale));
    const number = /^(?:-?[\d.]+|NaN|Infinity)$/.test(count) ? Number(count) : count;
    const typed = { tool: 'ps_scale', args: { app, processes: { [type]: number } } };
    return positive === true
      ? [typed]
      : [typed, execute('ps:scale', app, scale), execute('ps:scale', app, ...String(scale).split(' '))];
  },
  storage: ({ app, mount }) => [execute('storage:mount', app, mount)],
  docker_options: ({ app, option }) => [
    execute('docker-options:add', app, 'deploy', option),
    execute('docker-options:add', app, 'build,deploy,run', ...String(option).split(' ')),
  ],
  command: ({ name, args }) => [execute(String(name), ...(args as unknown[]))],
  query: ({ name, args }) => [query(String(name), ...(args as unknown[]))],
  command_name: ({ command }) => [
    execute(String(command)),
    execute(String(command), 'myapp'),
    query(String(command), 'myapp'),
  ],
  tool: ({ tool, args }) => [{ tool: String(tool), args: args as Input }],
};

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The calls that carry a case's input to every tool that takes it; undefined when its group is none of tools. */
export function attemptsOf(given: CorpusCase): readonly Attempt[] | undefined {
  if (!Object.hasOwn(plans, given.group)) return undefined;
  const { note: _note, ...input } = expand(given.input) as Record<string, unknown>;
  return plans[given.group]?.(input, given);
}
