/** The answers of `PLUGIN:help`, byte for byte, of the core plugins of Dokku 0.38.27. */
export const helpTexts: Readonly<Record<string, string>> = {
  'app-json': `Usage: dokku app-json[:COMMAND]

Manage app-json settings for an app

Additional commands:
    app-json:report [<app>] [<flag>]         Displays a app-json report for one or more apps
    app-json:set <app> <property> (<value>)  Set or clear a app-json property for an app
`,
  apps: `Usage: dokku apps[:COMMAND]

Manage apps

Additional commands:
    apps:clone <old-app> <new-app>         Clones an app
    apps:create <app>                      Create a new app
    apps:destroy <app>                     Permanently destroy an app
    apps:exists <app>                      Checks if an app exists
    apps:list [--format stdout|json]       List your apps
    apps:lock <app>                        Locks an app for deployment
    apps:locked <app>                      Checks if an app is locked for deployment
    apps:rename <old-app> <new-app>        Rename an app
    apps:report [<app>] [<flag>]           Display report about an app
    apps:set <app>|--global <key> <value>  Set or clear an apps property
    apps:unlock <app>                      Unlocks an app for deployment
`,
  'builder-dockerfile': `Usage: dokku builder-dockerfile[:COMMAND]

Manage the dockerfile builder integration for an app

Additional commands:
    builder-dockerfile:report [<app>] [<flag>]          Displays a builder-dockerfile report for one or more apps
    builder-dockerfile:set <app> <property> (<value>)   Set or clear a builder-dockerfile property for an app
`,
  'builder-herokuish': `Usage: dokku builder-herokuish[:COMMAND]

Manage the herokuish builder integration for an app

Additional commands:
    builder-herokuish:report [<app>] [<flag>]          Displays a builder-herokuish report for one or more apps
    builder-herokuish:set <app> <property> (<value>)   Set or clear a builder-herokuish property for an app
`,
  'builder-lambda': `Usage: dokku builder-lambda[:COMMAND]

Manage the lambda builder integration for an app

Additional commands:
    builder-lambda:report [<app>] [<flag>]          Displays a builder-lambda report for one or more apps
    builder-lambda:set <app> <property> (<value>)   Set or clear a builder-lambda property for an app
`,
  'builder-nixpacks': `Usage: dokku builder-nixpacks[:COMMAND]

Manage the nixpacks builder integration for an app

Additional commands:
    builder-nixpacks:report [<app>] [<flag>]          Displays a builder-nixpacks report for one or more apps
    builder-nixpacks:set <app> <property> (<value>)   Set or clear a builder-nixpacks property for an app
`,
  'builder-null': `Usage: dokku builder-null[:COMMAND]

No-op builder plugin

`,
  'builder-pack': `Usage: dokku builder-pack[:COMMAND]

Manage the pack builder integration for an app

Additional commands:
    builder-pack:report [<app>] [<flag>]          Displays a builder-pack report for one or more apps
    builder-pack:set <app> <property> (<value>)   Set or clear a builder-pack property for an app
`,
  'builder-railpack': `Usage: dokku builder-railpack[:COMMAND]

Manage the railpack builder integration for an app

Additional commands:
    builder-railpack:report [<app>] [<flag>]          Displays a builder-railpack report for one or more apps
    builder-railpack:set <app> <property> (<value>)   Set or clear a builder-railpack property for an app
`,
  builder: `Usage: dokku builder[:COMMAND]

Manage builder settings for an app

Additional commands:
    builder:report [<app>] [<flag>]         Displays a builder report for one or more apps
    builder:set <app> <property> (<value>)  Set or clear a builder property for an app
`,
  buildpacks: `Usage: dokku buildpacks[:COMMAND]

Manage buildpacks settings for an app

Additional commands:
    buildpacks:add [--index 1] <app> <buildpack>                  Add new app buildpack while inserting into list of buildpacks if necessary
    buildpacks:clear <app>                                        Clear all buildpacks set on the app
    buildpacks:detect <app> [--branch <branch-name>]              Detect the buildpack for an app (if not specified                                                     the branch flag defaults to the deploy branch)
    buildpacks:list <app>                                         List all buildpacks for an app
    buildpacks:remove <app> <buildpack>                           Remove a buildpack set on the app
    buildpacks:report [<app>] [<flag>]                            Displays a buildpack report for one or more apps
    buildpacks:set [--index 1] <app> <buildpack>                  Set new app buildpack at a given position defaulting to the first buildpack if no index is specified
    buildpacks:set --replace <app> <buildpack> [<buildpack> ...]  Replace the entire ordered buildpack list with the specified buildpacks
    buildpacks:set-property [--global|<app>] <key> <value>        Set or clear a buildpacks property for an app
`,
  builds: `Usage: dokku builds[:COMMAND]

Manage running and historical builds

Additional commands:
    builds:cancel <app>                                                            Cancel a running build for an app
    builds:info <app> <build-id> [--format json|stdout]                            Show details for a single build
    builds:list [<app>] [--format json] [--kind build|deploy] [--status <status>]  List builds
    builds:output <app> [<build-id>|current]                                       Show build output
    builds:prune <app> [--all-apps]                                                Prune build records to retention
    builds:report [<app>] [<flag>]                                                 Display a build report for one or more apps
    builds:set [--global|<app>] <key> [<value>]                                    Set or clear a builds property
`,
  caddy: `Usage: dokku caddy[:COMMAND]

Manage the caddy proxy integration

Additional commands:
    caddy:labels:add <app> <label> <value>            Add a label to an caddy app
    caddy:labels:remove <app> <label>                 Remove a label from an caddy app
    caddy:labels:show <app> [<label>]                 Show labels for an caddy app
    caddy:report [<app>] [<flag>]                     Displays an caddy report for one or more apps
    caddy:set [<app>|--global] <property> (<value>)   Set or clear an caddy property for an app or globally
    caddy:show-config <app>                           Display caddy compose config
    caddy:start                                       Starts the caddy server
    caddy:stop                                        Stops the caddy server
`,
  certs: `Usage: dokku certs[:COMMAND]

Manage SSL (TLS) certs

Additional commands:
    certs:add <app> CRT KEY             Add an ssl endpoint to an app. Can also import from a tarball on stdin
    certs:chain CRT [CRT ...]           [NOT IMPLEMENTED] Print the ordered and complete chain for the given certificate
    certs:generate <app> DOMAIN         Generate a key and certificate signing request (and self-signed certificate)
    certs:key <app> CRT KEY [KEY ...]   [NOT IMPLEMENTED] Print the correct key for the given certificate
    certs:remove <app>                  Remove an SSL Endpoint from an app
    certs:report [<app>] [<flag>]       Displays an ssl report for one or more apps
    certs:rollback <app>                [NOT IMPLEMENTED] Rollback an SSL Endpoint for an app
    certs:show <app> <crt|key>          Show the server.crt or server.key on stdout
    certs:update <app> CRT KEY          Update an SSL Endpoint on an app. Can also import from a tarball on stdin
`,
  checks: `Usage: dokku checks[:COMMAND]

Manage zero-downtime settings

Additional commands:
    checks:disable <app> [process-type(s)]      Disable zero-downtime deployment for all processes (or comma-separated process-type list) ***WARNING: this will cause downtime during deployments***
    checks:enable <app> [process-type(s)]       Enable zero-downtime deployment for all processes (or comma-separated process-type list)
    checks:report [<app>] [<flag>]              Displays a checks report for one or more apps
    checks:run <app> [process-type(s)]          Runs zero-downtime checks for all processes (or comma-separated process-type list)
    checks:set [--global|<app>] <key> <value>   Set or clear a logs property for an app
    checks:skip <app> [process-type(s)]         Skip zero-downtime checks for all processes (or comma-separated process-type list)
`,
  cleanup: `    cleanup [<app>]   Cleans up exited/dead Docker containers and removes dangling images
`,
  config: `Usage: dokku config[:COMMAND]

Manage global and app-specific config vars

Additional commands:
    config (<app>|--global)                                                               Pretty-print an app or global environment
    config:bundle [--merged] (<app>|--global)                                             Bundle environment into tarfile
    config:clear [--no-restart] (<app>|--global)                                          Clears environment variables
    config:export [--format=FORMAT] [--merged] (<app>|--global)                           Export a global or app environment
    config:get [--quoted] (<app>|--global) KEY                                            Display a global or app-specific config value
    config:import [--no-restart] [--replace] (<app>|--global) [FILE|-]                    Import environment from file
    config:keys [--merged] (<app>|--global)                                               Show keys set in environment
    config:show [--merged] (<app>|--global)                                               Show keys set in environment
    config:set [--encoded] [--no-restart] (<app>|--global) KEY1=VALUE1 [KEY2=VALUE2 ...]  Set one or more config vars
    config:unset [--no-restart] (<app>|--global) KEY1 [KEY2 ...]                          Unset one or more config vars
`,
  cron: `Usage: dokku cron[:COMMAND]

Manage scheduled cron tasks

Additional commands:
    cron:list <app> [--format json|stdout]   List scheduled cron tasks for an app
    cron:report [<app>] [<flag>]             Display report about an app
    cron:resume <app> <cron_id>              Resume a cron task
    cron:run <app> <cron_id> [--detach]      Run a cron task on the fly
    cron:set [--global|<app>] <key> <value>  Set or clear a cron property for an app
    cron:suspend <app> <cron_id>             Suspend a cron task
`,
  'docker-options': `Usage: dokku docker-options[:COMMAND]

Manage docker options for an app

Additional commands:
    docker-options:add <app> <phase(s)> OPTION     Add Docker option to app for phase (comma separated phase list)
    docker-options:clear <app> [phase(s)]          Clear a docker options from application with an optional phase (comma separated phase list)
    docker-options:remove <app> <phase(s)> OPTION  Remove Docker option from app for phase (comma separated phase list)
    docker-options:report [<app>] [<flag>]         Displays a docker options report for one or more apps
`,
  domains: `Usage: dokku domains[:COMMAND]

Manage domains used by the proxy

Additional commands:
    domains:add <app> <domain> [<domain> ...]       Add domains to app
    domains:add-global <domain> [<domain> ...]      Add global domain names
    domains:clear <app>                             Clear all domains for app
    domains:clear-global                            Clear global domain names
    domains:disable <app>                           Disable VHOST support
    domains:enable <app>                            Enable VHOST support
    domains:remove <app> <domain> [<domain> ...]    Remove domains from app
    domains:remove-global <domain> [<domain> ...]   Remove global domain names
    domains:report [<app>|--global] [<flag>]        Displays a domains report for one or more apps
    domains:reset <app>                             Reset app domains to global-configured domains
    domains:set <app> <domain> [<domain> ...]       Set domains for app
    domains:set-global <domain> [<domain> ...]      Set global domain names
`,
  enter: `Usage: dokku enter[:COMMAND]

Enter running app containers

Additional commands:
    enter <app> [<container-type> || --container-id <container-id>]   Connect to a specific app container
`,
  events: `Usage: dokku events[:COMMAND]

Manage event logging

Additional commands:
    events [-t]   Show the last events (-t follows)
    events:list   List logged events
    events:off    Disable events logger
    events:on     Enable events logger
`,
  git: `Usage: dokku git[:COMMAND]

Manage app deploys via git

Additional commands:
    git:allow-host <host>                                                                         Adds a host to known_hosts
    git:auth <host> [<username> <password>]                                                       Configures netrc authentication for a given git server
    git:auth-status <host> [<username> <password>]                                                Reports whether the netrc entry matches the requested state (exit 0 if matches)
    git:from-archive <app> <archive-url> [<git-username> <git-email>]                             Updates an app's git repository with a given archive file
    git:from-image <app> <docker-image> [<git-username> <git-email>]                              Updates an app's git repository with a given docker image
    git:generate-deploy-key                                                                       Generates a deploy ssh key
    git:initialize <app>                                                                          Initialize a git repository for an app
    git:load-image <app> <docker-image> [<git-username> <git-email>]                              Updates an app's git repository with a docker image loaded from stdin
    git:public-key                                                                                Outputs the dokku public deploy key
    git:report [<app>] [<flag>]                                                                   Displays a git report for one or more apps
    git:set <app> <property> (<value>)                                                            Set or clear a git property for an app
    git:status <app>                                                                              show the working tree status for an app
    git:sync [--build|--build-if-changes] [--skip-deploy-branch] <app> <repository> [<git-ref>]   Clone or fetch an app from remote git repo
`,
  haproxy: `Usage: dokku haproxy[:COMMAND]

Manage the haproxy proxy integration

Additional commands:
    haproxy:labels:add <app> <label> <value>   Add a label to an haproxy app
    haproxy:labels:remove <app> <label>        Remove a label from an haproxy app
    haproxy:labels:show <app> [<label>]        Show labels for an haproxy app
    haproxy:report [<app>] [<flag>]            Displays an haproxy report for one or more apps
    haproxy:set <app> <property> (<value>)     Set or clear an haproxy property for an app
    haproxy:show-config <app>                  Display haproxy compose config
    haproxy:start                              Starts the haproxy server
    haproxy:stop                               Stops the haproxy server
`,
  logs: `Usage: dokku logs[:COMMAND]

Manage log integration for an app

Additional commands:
    logs [-h|--help] [-t|--tail] [-n|--num num] [-q|--quiet] [-p|--ps process] <app>  Display recent log output
    logs:failed [--all|<app>]                                                         Shows the last failed deploy logs
    logs:report [<app>] [<flag>]                                                      Displays a logs report for one or more apps
    logs:set [--global|<app>] <key> <value>                                           Set or clear a logs property for an app
    logs:vector-logs [--num num] [--tail]                                             Display vector log output
    logs:vector-start                                                                 Start the vector logging container
    logs:vector-stop                                                                  Stop the vector logging container
`,
  network: `Usage: dokku network[:COMMAND]

Manage network settings for an app

Additional commands:
    network:create <network>                             Creates an attachable docker network
    network:destroy <network>                            Destroys a docker network
    network:exists <network>                             Checks if a docker network exists
    network:info <network> [--format text|json]          Outputs information about a docker network
    network:list [--format text|json] [--dokku-managed]  Lists all docker networks
    network:rebuild <app>                                Rebuilds network settings for an app
    network:rebuildall                                   Rebuild network settings for all apps
    network:report [<app>] [<flag>]                      Displays a network report for one or more apps
    network:set <app> <property> (<value>...)            Set or clear a network property for an app
`,
  nginx: `Usage: dokku nginx[:COMMAND]

Manage the nginx proxy

Additional commands:
    nginx:access-logs <app> [-t]              Show the nginx access logs for an application (-t follows)
    nginx:error-logs <app> [-t]               Show the nginx error logs for an application (-t follows)
    nginx:reload                              Reloads the nginx server config
    nginx:report [<app>] [<flag>]             Displays an nginx report for one or more apps
    nginx:set <app> <property> (<value>)      Set or clear an nginx property for an app
    nginx:show-config <app>                   Display app nginx config
    nginx:start                               Starts the nginx server
    nginx:stop                                Stops the nginx server
    nginx:validate-config [<app>] [--clean]   Validates and optionally cleans up invalid nginx configurations
`,
  openresty: `Usage: dokku openresty[:COMMAND]

Manage the openresty proxy integration

Additional commands:
    openresty:labels:add <app> <label> <value>   Add a label to an openresty app
    openresty:labels:remove <app> <label>        Remove a label from an openresty app
    openresty:labels:show <app> [<label>]        Show labels for an openresty app
    openresty:report [<app>] [<flag>]            Displays an openresty report for one or more apps
    openresty:set <app> <property> (<value>)     Set or clear an openresty property for an app
    openresty:show-config <app>                  Display openresty compose config
    openresty:start                              Starts the openresty server
    openresty:stop                               Stops the openresty server
`,
  plugin: `Usage: dokku plugin[:COMMAND]

Manage installed plugins

Additional commands:
    plugin:disable <name>                                                                                                        Disable an installed plugin (third-party only)
    plugin:enable <name>                                                                                                         Enable a previously disabled plugin
    plugin:install [--core|--git-url] [--committish branch|commit|commit] [--name custom-plugin-name] [--skip-install-trigger]   Optionally download git-url (and pin to the specified branch/commit/tag) & run install trigger for active plugins (or only core ones)
    plugin:install-dependencies [--core]                                                                                         Run install-dependencies trigger for active plugins (or only core ones)
    plugin:list [--format stdout|json]                                                                                           Print active plugins
    plugin:trigger <args...>                                                                                                     Trigger an arbitrary plugin hook
    plugin:uninstall <name>                                                                                                      Uninstall a plugin (third-party only)
    plugin:update [name [branch|commit|tag]]                                                                                     Optionally update named plugin from git (and pin to the specified branch/commit/tag) & run update trigger for active plugins
`,
  ports: `Usage: dokku ports[:COMMAND]

Manage ports for an app

Additional commands:
    ports:list <app>                                                           List port mappings for app
    ports:add <app> [<scheme>:<host-port>:<container-port>...]                 Add port mappings to an app
    ports:clear <app>                                                          Clear all port mappings for an app
    ports:remove <app> [<host-port>|<scheme>:<host-port>:<container-port>...]  Remove specific port mappings from an app
    ports:set <app> [<scheme>:<host-port>:<container-port>...]                 Set port mappings for an app
    ports:report [<app>] [<flag>]                                              Displays a ports report for one or more apps
`,
  proxy: `Usage: dokku proxy[:COMMAND]

Manage the proxy integration for an app

Additional commands:
    proxy:build-config [--parallel count] [--all|<app>]  (Re)builds config for a given app
    proxy:clear-config [--all|<app>]                     Clears config for a given app
    proxy:disable <app>                                  Disable proxy for app
    proxy:enable <app>                                   Enable proxy for app
    proxy:report [<app>] [<flag>]                        Displays a proxy report for one or more apps
    proxy:set <app> <proxy-type>                         Set proxy type for app
`,
  ps: `Usage: dokku ps[:COMMAND]

Manage app processes

Additional commands:
    ps:inspect <app>                                                           Displays a sanitized version of docker inspect for an app
    ps:rebuild [--parallel count] [--all|<app>]                                Rebuilds an app from source
    ps:report [<app>] [<flag>]                                                 Displays a process report for one or more apps
    ps:restart [--parallel count] [--all|<app>] [<process-name>]               Restart an app
    ps:restore [<app>]                                                         Start previously running apps e.g. after reboot
    ps:scale [--skip-deploy] [--format stdout|json] <app> [<proc>=<count>...]  Get/Set how many instances of a given process to run
    ps:set <app> <key> <value>                                                 Set or clear a ps property for an app
    ps:start [--parallel count] [--all|<app>]                                  Start an app
    ps:stop [--parallel count] [--all|<app>]                                   Stop an app
    
`,
  registry: `Usage: dokku registry[:COMMAND]

Manage registry settings for an app

Additional commands:
    registry:login [--global|--password-stdin] [<app>] <server> <username> [<password>]  Login to a docker registry
    registry:logout [--global] [<app>] <server>                                          Logout from a docker registry
    registry:report [<app>] [<flag>]                                                     Displays a registry report for one or more apps
    registry:set <app>|--global <property> (<value>)                                     Set or clear a registry property for an app
`,
  repo: `Usage: dokku repo[:COMMAND]

Manage the app's repo

Additional commands:
    repo:gc <app>           Runs 'git gc --aggressive' against the application's repo
    repo:purge-cache <app>  Deletes the contents of the build cache stored in the repository
`,
  resource: `Usage: dokku resource[:COMMAND]

Manage resource settings for an app

Additional commands:
    resource:limit [--process-type <process-type>] [RESOURCE_OPTS...] <app>    Limit resources for a given app/process-type combination
    resource:limit-clear [--process-type <process-type>] <app>                 Limit resources for a given app/process-type combination
    resource:report [<app>] [<flag>]                                           Displays a resource report for one or more apps
    resource:reserve [--process-type <process-type>] [RESOURCE_OPTS...] <app>  Reserve resources for a given app/process-type combination
    resource:reserve-clear [--process-type <process-type>] <app>               Reserve resources for a given app/process-type combination
`,
  run: `Usage: dokku run[:COMMAND]

Run a one-off process inside a container

Additional commands:
    run [-e|--env KEY=VALUE] [--no-tty] [--ttl-seconds SECONDS] <app> <cmd>              Run a command in a new container using the current app image
    run:detached [-e|-env KEY=VALUE] [--force-tty] [--ttl-seconds SECONDS] <app> <cmd>   Run a command in a new detached container using the current app image
    run:list [--format json|stdout] <app>                                                List all run containers for an app
    run:logs <app|--container CONTAINER> [-h] [-t] [-n num] [-q]                         Display recent log output for run containers
    run:retire [<app>]                                                                   Stop all run containers for an app that have exceeded their active deadline
    run:stop <app|--container CONTAINER>                                                 Stops all run containers for an app or a specified run container
`,
  'scheduler-docker-local': `Usage: dokku scheduler-docker-local[:COMMAND]

Manage the docker-local scheduler integration for an app

Additional commands:
    scheduler-docker-local:report [<app>] [<flag>]                     Displays a scheduler-docker-local report for one or more apps
    scheduler-docker-local:set [<app>|--global] <property> (<value>)   Set or clear a scheduler-docker-local property for an app or globally
`,
  'scheduler-null': `Usage: dokku scheduler-null[:COMMAND]

No-op scheduler plugin

`,
  scheduler: `Usage: dokku scheduler[:COMMAND]

Manage scheduler settings for an app

Additional commands:
    scheduler:report [<app>] [<flag>]         Displays a scheduler report for one or more apps
    scheduler:set <app> <property> (<value>)  Set or clear a scheduler property for an app
`,
  shell: `Usage: dokku shell[:COMMAND]

Interactive dokku prompt

Additional commands:
    shell   Spawn dokku shell
`,
  'ssh-keys': `Usage: dokku ssh-keys[:COMMAND]

Manage public ssh keys used for deployment

Additional commands:
    ssh-keys:add <name> [/path/to/key]                   Add a new public key by pipe or path
    ssh-keys:list [--format text|json] [<name>]          List of all authorized dokku public ssh keys
    ssh-keys:remove [--fingerprint fingerprint|<name>]   Remove SSH public key by name
`,
  storage: `Usage: dokku storage[:COMMAND]

Manage mounted volumes

Additional commands:
    storage:annotations:report [<name>] [<flag>]               Displays annotations for one or more storage entries
    storage:annotations:set <name> <key> [<value>]             Set or clear an annotation on a storage entry
    storage:create <name> [<path>] [flags]                     Register a named storage entry
    storage:destroy <name> [--force] [--destroy-host-dir]      Remove a named storage entry (must be unmounted from every app first)
    storage:ensure-directory [--chown option] <directory>      [DEPRECATED] use storage:create instead
    storage:exec <name> [-- <cmd>...]                          Run a command (or shell) in a temporary container that mounts the entry
    storage:info <name> [--format text|json]                   Show details for one storage entry
    storage:labels:report [<name>] [<flag>]                    Displays labels for one or more storage entries
    storage:labels:set <name> <key> [<value>]                  Set or clear a label on a storage entry
    storage:list <app> [--format text|json]                    List bind mounts for app's container(s) (host:container)
    storage:list-entries [--scheduler s] [--format text|json]  List registered storage entries
    storage:migrate [<app>|--all]                              Re-run the legacy -v to attachment migration for an app
    storage:mount <app> <host-dir:container-dir>               Create a new bind mount
    storage:report [<app>] [<flag>]                            Displays a storage report for one or more apps
    storage:set <name> <property> [<value>]                    Update a storage entry in place
    storage:unmount <app> <host-dir:container-dir>             Remove an existing bind mount
    storage:wait <name>                                        Wait for a storage entry's PVC to be bound (k3s)
`,
  trace: `Usage: dokku trace[:COMMAND]

Manage trace mode

Additional commands:
    trace:off   Disable trace mode
    trace:on    Enable trace mode
`,
  traefik: `Usage: dokku traefik[:COMMAND]

Manage the traefik proxy integration

Additional commands:
    traefik:labels:add <app> <label> <value>   Add a label to an traefik app
    traefik:labels:remove <app> <label>        Remove a label from an traefik app
    traefik:labels:show <app> [<label>]        Show labels for an traefik app
    traefik:report [<app>] [<flag>]            Displays an traefik report for one or more apps
    traefik:set <app> <property> (<value>)     Set or clear an traefik property for an app
    traefik:show-config <app>                  Display traefik compose config
    traefik:start                              Starts the traefik server
    traefik:stop                               Stops the traefik server
`,
  url: `    url <app>   Show the first URL for an application (compatibility)
`,
  urls: `    urls <app>   Show all URLs for an application
`,
  version: `    version    Print dokku's version
`,
};

/** What `help` says about each command. */
export const helpSummaries: Readonly<Record<string, string>> = {
  cleanup: 'Cleans up exited/dead Docker containers and removes dangling images',
  url: 'Show the first URL for an application (compatibility)',
  urls: 'Show all URLs for an application',
  version: "Print dokku's version",
  help: 'Print the list of commands',
  'app-json': 'Manage app-json settings for an app',
  apps: 'Manage apps',
  'builder-dockerfile': 'Manage the dockerfile builder integration for an app',
  'builder-herokuish': 'Manage the herokuish builder integration for an app',
  'builder-lambda': 'Manage the lambda builder integration for an app',
  'builder-nixpacks': 'Manage the nixpacks builder integration for an app',
  'builder-null': 'No-op builder plugin',
  'builder-pack': 'Manage the pack builder integration for an app',
  'builder-railpack': 'Manage the railpack builder integration for an app',
  builder: 'Manage builder settings for an app',
  buildpacks: 'Manage buildpack settings for an app',
  builds: 'Manage running and historical builds',
  caddy: 'Manage the caddy proxy integration',
  certs: 'Manage SSL (TLS) certs',
  checks: 'Manage zero-downtime settings',
  config: 'Manage global and app-specific config vars',
  cron: 'Manage scheduled cron tasks',
  'docker-options': 'Manage docker options for an app',
  domains: 'Manage domains used by the proxy',
  enter: 'Enter running app containers',
  events: 'Manage event logging',
  git: 'Manage app deploys via git',
  haproxy: 'Manage the haproxy proxy integration',
  logs: 'Manage log integration for an app',
  network: 'Manage network settings for an app',
  nginx: 'Manage the nginx proxy',
  openresty: 'Manage the openresty proxy integration',
  plugin: 'Manage installed plugins',
  ports: 'Manage ports for an app',
  proxy: 'Manage the proxy integration for an app',
  ps: 'Manage app processes',
  registry: 'Manage registry settings for an app',
  repo: "Manage the app's repo",
  resource: 'Manage resource settings for an app',
  run: 'Run a one-off process inside a container',
  'scheduler-docker-local': 'Manage the docker-local scheduler integration for an app',
  'scheduler-null': 'No-op scheduler plugin',
  scheduler: 'Manage scheduler settings for an app',
  shell: 'Interactive dokku prompt',
  'ssh-keys': 'Manage public ssh keys used for deployment',
  storage: 'Manage mounted volumes',
  trace: 'Manage trace mode',
  traefik: 'Manage the traefik proxy integration',
};
