/** Help of these subcommands, as their sources in the official datastore plugins hold it; `{...}` stands for what differs between plugins. */
export const dataHelp: Readonly<Record<string, string>> = {
  connect: `desc connect to the service via the {prefix} connection tool
args SERVICE
A service, service to run command against
E connect to the service via the {prefix} connection tool
E > NOTE: disconnecting from ssh while running this command may leave zombie processes due to moby/moby#9098
E dokku {prefix}:connect lollipop`,
  enter: `desc enter or run a command in a running {service} service container
args SERVICE
A service, service to run command against
E a bash prompt can be opened against a running service.
E filesystem changes will not be saved to disk.
E > NOTE: disconnecting from ssh while running this command may leave zombie processes due to moby/moby#9098
E dokku {prefix}:enter lollipop
E you may also run a command directly against the service.
E filesystem changes will not be saved to disk.
E dokku {prefix}:enter lollipop touch /tmp/test`,
  exists: `desc check if the {service} service exists
args SERVICE
A service, service to run command against
E here we check if the lollipop {prefix} service exists.
E dokku {prefix}:exists lollipop`,
  export: `desc export a dump of the {service} service database
args SERVICE
A service, service to run command against
E by default, datastore output is exported to stdout
E dokku {prefix}:export lollipop
E you can redirect this output to a file
E dokku {prefix}:export lollipop > data.dump`,
  import: `desc import a dump into the {service} service database
args SERVICE
A service, service to run command against
E import a datastore dump
E dokku {prefix}:import lollipop < data.dump`,
  info: `desc print the service information
args SERVICE INFO_FLAG
A service, service to run command against
F --config-dir, show the service configuration directory
F --data-dir, show the service data directory
F --dsn, show the service DSN
F --exposed-ports, show service exposed ports
F --id, show the service container id
F --internal-ip, show the service internal ip
F --initial-network, show the initial network being connected to
F --links, show the service app links
F --post-create-network, show the networks to attach to after service container creation
F --post-start-network, show the networks to attach to after service container start
F --service-root, show the service root directory
F --status, show the service running status
F --version, show the service image version
E get connection information as follows:
E dokku {prefix}:info lollipop
E you can also retrieve a specific piece of service info via flags:
E dokku {prefix}:info lollipop --config-dir
E dokku {prefix}:info lollipop --data-dir
E dokku {prefix}:info lollipop --dsn
E dokku {prefix}:info lollipop --exposed-ports
E dokku {prefix}:info lollipop --id
E dokku {prefix}:info lollipop --internal-ip
E dokku {prefix}:info lollipop --initial-network
E dokku {prefix}:info lollipop --links
E dokku {prefix}:info lollipop --post-create-network
E dokku {prefix}:info lollipop --post-start-network
E dokku {prefix}:info lollipop --service-root
E dokku {prefix}:info lollipop --status
E dokku {prefix}:info lollipop --version`,
  list: `desc list all {service} services
E list all services
E dokku {prefix}:list`,
  logs: `desc print the most recent log(s) for this service
args SERVICE TAIL_FLAG TAIL_NUM_OPTIONAL
A service, service to run command against
F -t|--tail [<tail-num>], do not stop when end of the logs are reached and wait for additional output
E you can tail logs for a particular service:
E dokku {prefix}:logs lollipop
E by default, logs will not be tailed, but you can do this with the --tail flag:
E dokku {prefix}:logs lollipop --tail
E the default tail setting is to show all logs, but an initial count can also be specified
E dokku {prefix}:logs lollipop --tail 5`,
};
