import { entries, type Facts, type Row, report, set } from './entry.ts';

const certs: readonly Row[] = [
  [
    'certs:add <app>',
    'disruptive',
    'Install the certificate that a tar file on standard input brings (one .crt and one .key)',
    { stdin: true, exitCodes: { 2: 'no usable tar file came' } },
  ],
  ['certs:chain <word>...', 'read', 'Not implemented by Dokku', { refused: 'Dokku does not implement it' }],
  [
    'certs:generate <app> <domain>',
    'disruptive',
    'Make a self-signed certificate',
    {
      refused: 'It asks questions at a terminal: make the certificate elsewhere and send it with certs:add',
    },
  ],
  [
    'certs:key <app> <word>...',
    'read',
    'Not implemented by Dokku',
    { refused: 'Dokku does not implement it' },
  ],
  ['certs:remove <app>', 'destructive', 'Remove the certificate of an app'],
  report('certs', '0.38.0'),
  [
    'certs:rollback <app>',
    'read',
    'Not implemented by Dokku',
    { refused: 'Dokku does not implement it: send the earlier certificate with certs:add' },
  ],
  ['certs:show <app> crt|key', 'read-secret', 'Show the certificate or the private key of an app'],
  [
    'certs:update <app>',
    'disruptive',
    'Replace the certificate by the one that a tar file on standard input brings',
    { stdin: true },
  ],
];

const domains: readonly Row[] = [
  ['domains:add <app> <domain>...', 'reversible', 'Add domains to an app', { longRunning: true }],
  ['domains:add-global <domain>...', 'reversible', 'Add domains under which new apps get names'],
  ['domains:clear (<app>|--all)', 'disruptive', 'Remove all domains of an app'],
  ['domains:clear-global', 'disruptive', 'Remove all global domains'],
  ['domains:disable (<app>|--all)', 'disruptive', 'Serve an app without domains'],
  [
    'domains:enable (<app>|--all)',
    'disruptive',
    'Serve an app under its domains; redeploys it',
    { longRunning: true },
  ],
  ['domains:remove <app> <domain>...', 'disruptive', 'Remove domains from an app'],
  ['domains:remove-global <domain>...', 'disruptive', 'Remove global domains'],
  report('domains', '0.38.0'),
  [
    'domains:reset (<app>|--all)',
    'disruptive',
    'Give an app the names it has under the global domains, and no other',
    { since: '0.36.0' },
  ],
  ['domains:set <app> <domain>...', 'disruptive', 'Replace all domains of an app', { longRunning: true }],
  ['domains:set-global <domain>...', 'disruptive', 'Replace the global domains'],
  ['domains:setup <app>', 'disruptive', 'Give an app its first domains again'],
];

const ports: readonly Row[] = [
  ['ports:add <app> <port>...', 'reversible', 'Add port mappings, as http:80:5000'],
  ['ports:clear <app>', 'disruptive', 'Remove all port mappings of an app'],
  [
    'ports:list <app>',
    'read',
    'List the port mappings of an app',
    { answers: { 1: 'there is no port mapping' } },
  ],
  ['ports:remove <app> <port>...', 'disruptive', 'Remove port mappings'],
  report('ports', '0.31.0'),
  ['ports:set <app> <port>...', 'disruptive', 'Replace all port mappings of an app'],
];

const proxy: readonly Row[] = [
  [
    'proxy:build-config [--parallel <number>] (<app>|--all)',
    'reversible',
    'Write the proxy configuration of an app again',
    { longRunning: true },
  ],
  [
    'proxy:clear-config (<app>|--all)',
    'disruptive',
    'Delete the proxy configuration of an app: it is no longer served',
  ],
  [
    'proxy:disable [--parallel <number>] (<app>|--all)',
    'disruptive',
    'Serve an app without a proxy; restarts it',
    { longRunning: true },
  ],
  [
    'proxy:enable [--parallel <number>] (<app>|--all)',
    'disruptive',
    'Serve an app through the proxy; restarts it',
    { longRunning: true },
  ],
  report('proxy', '0.23.1'),
  [
    'proxy:set (<app>|--global) <proxy-type>',
    'reversible',
    'Choose the proxy of an app from its next deploy on',
  ],
];

const nginx: readonly Row[] = [
  [
    'nginx:access-logs <app> [-t] [--num <number>]',
    'read',
    'Show the access log of an app; -t follows it',
    { longRunning: true, output: 'stream' },
  ],
  [
    'nginx:error-logs <app> [-t] [--num <number>]',
    'read',
    'Show the error log of an app; -t follows it',
    { longRunning: true, output: 'stream' },
  ],
  ['nginx:reload', 'reversible', 'Let nginx read its configuration again', { since: '0.38.0' }],
  report('nginx', '0.38.0'),
  set('nginx'),
  ['nginx:show-conf <app>', 'read', 'An old name of nginx:show-config', { refused: 'Use nginx:show-config' }],
  ['nginx:show-config <app>', 'read', 'Show the nginx configuration of an app'],
  ['nginx:start', 'reversible', 'Start nginx'],
  ['nginx:stop', 'disruptive', 'Stop nginx: no app is served'],
  [
    'nginx:validate [<app>]',
    'read',
    'An old name of nginx:validate-config',
    { refused: 'Use nginx:validate-config' },
  ],
  [
    'nginx:validate-config [--clean] [<app>]',
    'read',
    'Check the nginx configuration; --clean deletes what is invalid',
  ],
];

const proxies: readonly (readonly [plugin: string, since: string | undefined, jsonSince: string])[] = [
  ['caddy', undefined, '0.38.0'],
  ['haproxy', '0.30.0', '0.38.0'],
  ['openresty', '0.31.0', '0.38.0'],
  ['traefik', undefined, '0.37.5'],
];

function proxyRows(plugin: string, jsonSince: string): readonly Row[] {
  // Traefik's settings hold credentials of DNS providers and of its own dashboard.
  const secret: Facts = plugin === 'traefik' ? { secretOutput: true } : {};
  return [
    [`${plugin}:labels:add <app> <label> <value>`, 'reversible', `Add a label that ${plugin} reads`],
    [`${plugin}:labels:remove <app> <label>`, 'reversible', `Remove a label that ${plugin} reads`],
    [`${plugin}:labels:show <app> [<label>]`, 'read', `Show the labels that ${plugin} reads`],
    [
      `${plugin}:logs [--num <number>] [--tail]`,
      'read',
      `Show the log of ${plugin}`,
      { longRunning: true, output: 'stream' },
    ],
    report(plugin, jsonSince, secret),
    set(plugin),
    [
      `${plugin}:show-config <app>`,
      plugin === 'traefik' ? 'read-secret' : 'read',
      `Show the configuration of ${plugin}`,
    ],
    [`${plugin}:start`, 'reversible', `Start ${plugin}`, { longRunning: true }],
    [`${plugin}:stop`, 'disruptive', `Stop ${plugin}: what it serves is not reached`],
  ];
}

function withFacts([usage, effect, description, facts]: Row, more: Facts): Row {
  return [usage, effect, description, { ...more, ...facts }];
}

/** How requests reach an app: certificates, domains, ports and proxies. */
export const routingCommands = [
  ...entries('certs', certs),
  ...entries('domains', domains),
  ...entries(
    'ports',
    ports.map((row) => withFacts(row, { since: '0.31.0' })),
  ),
  ...entries('proxy', proxy),
  ...entries('nginx', nginx),
  ...proxies.flatMap(([plugin, since, jsonSince]) => {
    const facts = since === undefined ? {} : { since };
    return entries(
      plugin,
      proxyRows(plugin, jsonSince).map((row) => withFacts(row, facts)),
    );
  }),
];
