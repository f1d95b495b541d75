/** Help of these subcommands, as their sources in the official datastore plugins hold it; `{...}` stands for what differs between plugins. */
export const lifecycleHelp: Readonly<Record<string, string>> = {
  clone: `desc create container <new-name> then copy data from <name> into <new-name>
args SERVICE NEW_SERVICE CLONE_FLAGS_LIST
A service, service to run command against
A new-service, name of new service
F -c|--config-options "--args --go=here", extra arguments to pass to the container create command
F -C|--custom-env "USER=alpha;HOST=beta", semi-colon delimited environment variables to start the service with
F -i|--image IMAGE, the image name to start the service with
F -I|--image-version IMAGE_VERSION, the image version to start the service with
F -m|--memory MEMORY, container memory limit in megabytes (default: unlimited)
F -N|--initial-network INITIAL_NETWORK, the initial network to attach the service to
F -p|--password PASSWORD, override the user-level service password
F -P|--post-create-network NETWORKS, a comma-separated list of networks to attach the service container to after service creation
F -r|--root-password PASSWORD, override the root-level service password
F -S|--post-start-network NETWORKS, a comma-separated list of networks to attach the service container to after service start
F -s|--shm-size SHM_SIZE, override shared memory size for {prefix} docker container
E you can clone an existing service to a new one
E dokku {prefix}:clone lollipop lollipop-2`,
  create: `desc create a {service} service
args SERVICE CREATE_FLAGS_LIST
A service, service to run command against
F -c|--config-options "--args --go=here", extra arguments to pass to the container create command
F -C|--custom-env "USER=alpha;HOST=beta", semi-colon delimited environment variables to start the service with
F -i|--image IMAGE, the image name to start the service with
F -I|--image-version IMAGE_VERSION, the image version to start the service with
F -m|--memory MEMORY, container memory limit in megabytes (default: unlimited)
F -N|--initial-network INITIAL_NETWORK, the initial network to attach the service to
F -p|--password PASSWORD, override the user-level service password
F -P|--post-create-network NETWORKS, a comma-separated list of networks to attach the service container to after service creation
F -r|--root-password PASSWORD, override the root-level service password
F -S|--post-start-network NETWORKS, a comma-separated list of networks to attach the service container to after service start
F -s|--shm-size SHM_SIZE, override shared memory size for {prefix} docker container
E create a {prefix} service named lollipop
E dokku {prefix}:create lollipop
E you can also specify the image and image version to use for the service.
E it *must* be compatible with the {image} image.
E export {variable}_IMAGE="{image}"
E export {variable}_IMAGE_VERSION="{version}"
E dokku {prefix}:create lollipop
E you can also specify custom environment variables to start
E the {prefix} service in semicolon-separated form.
E export {variable}_CUSTOM_ENV="USER=alpha;HOST=beta"
E dokku {prefix}:create lollipop`,
  destroy: `desc delete the {service} service/data/container if there are no links left
args SERVICE FORCE_FLAG
A service, service to run command against
F -f|--force, force destroy without asking for confirmation
E destroy the service, it's data, and the running container
E dokku {prefix}:destroy lollipop`,
  expose: `desc expose a {service} service on custom host:port if provided (random port on the 0.0.0.0 interface if otherwise unspecified)
args SERVICE PORTS_LIST
A service, service to run command against
A ports, a list of ports to run against
E expose the service on the service's normal ports, allowing access to it from the public interface (0.0.0.0)
E dokku {prefix}:expose lollipop {ports}
E expose the service on the service's normal ports, with the first on a specified ip address (127.0.0.1)
E dokku {prefix}:expose lollipop 127.0.0.1:{ports}`,
  pause: `desc pause a running {service} service
args SERVICE
A service, service to run command against
E pause the running container for the service
E dokku {prefix}:pause lollipop`,
  restart: `desc graceful shutdown and restart of the {service} service container
args SERVICE
A service, service to run command against
E restart the service
E dokku {prefix}:restart lollipop`,
  set: `desc set or clear a property for a service
args SERVICE KEY VALUE
A service, service to run command against
A key, property name to set
A value, optional property value to set or empty to unset key
E set the network to attach after the service container is started
E dokku {prefix}:set lollipop post-create-network custom-network
E set multiple networks
E dokku {prefix}:set lollipop post-create-network custom-network,other-network
E unset the post-create-network value
E dokku {prefix}:set lollipop post-create-network`,
  start: `desc start a previously stopped {service} service
args SERVICE
A service, service to run command against
E start the service
E dokku {prefix}:start lollipop`,
  stop: `desc stop a running {service} service
args SERVICE
A service, service to run command against
E stop the service and removes the running container
E dokku {prefix}:stop lollipop`,
  unexpose: `desc unexpose a previously exposed {service} service
args SERVICE
A service, service to run command against
E unexpose the service, removing access to it from the public interface (0.0.0.0)
E dokku {prefix}:unexpose lollipop`,
  upgrade: `desc upgrade service <service> to the specified versions
args SERVICE UPGRADE_FLAGS_LIST
A service, service to run command against
F -c|--config-options "--args --go=here", extra arguments to pass to the container create command
F -C|--custom-env "USER=alpha;HOST=beta", semi-colon delimited environment variables to start the service with
F -i|--image IMAGE, the image name to start the service with
F -I|--image-version IMAGE_VERSION, the image version to start the service with
F -N|--initial-network INITIAL_NETWORK, the initial network to attach the service to
F -P|--post-create-network NETWORKS, a comma-separated list of networks to attach the service container to after service creation
F -R|--restart-apps "true", whether or not to force an app restart (default: false)
F -S|--post-start-network NETWORKS, a comma-separated list of networks to attach the service container to after service start
F -s|--shm-size SHM_SIZE, override shared memory size for {prefix} docker container
E you can upgrade an existing service to a new image or image-version
E dokku {prefix}:upgrade lollipop`,
};
