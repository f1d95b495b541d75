/** Help of these subcommands, as their sources in the official datastore plugins hold it; `{...}` stands for what differs between plugins. */
export const linksHelp: Readonly<Record<string, string>> = {
  'app-links': `desc list all {service} service links for a given app
args APP
A app, app to run command against
E list all {prefix} services that are linked to the 'playground' app.
E dokku {prefix}:app-links playground`,
  link: `desc link the {service} service to the app
args SERVICE APP LINK_FLAGS_LIST
A service, service to run command against
A app, app to run command against
F -a|--alias "BLUE_DATABASE", an alternative alias to use for linking to an app via environment variable
F -q|--querystring "pool=5", ampersand delimited querystring arguments to append to the service link
F -n|--no-restart "false", whether or not to restart the app on link (default: true)
E a {prefix} service can be linked to a container.
E this will use native docker links via the docker-options plugin.
E here we link it to our 'playground' app.
E > NOTE: this will restart your app
E dokku {prefix}:link lollipop playground
E the following environment variables will be set automatically by docker
E (not on the app itself, so they won’t be listed when calling dokku config):
E
E     DOKKU_{variable}_LOLLIPOP_NAME=/lollipop/DATABASE
E     DOKKU_{variable}_LOLLIPOP_PORT=tcp://172.17.0.1:{port}
E     DOKKU_{variable}_LOLLIPOP_PORT_{port}_TCP=tcp://172.17.0.1:{port}
E     DOKKU_{variable}_LOLLIPOP_PORT_{port}_TCP_PROTO=tcp
E     DOKKU_{variable}_LOLLIPOP_PORT_{port}_TCP_PORT={port}
E     DOKKU_{variable}_LOLLIPOP_PORT_{port}_TCP_ADDR=172.17.0.1
E
E the following will be set on the linked application by default:
E
E     {alias}_URL={url:lollipop:SOME_PASSWORD}
E
E the host exposed here only works internally in docker containers.
E if you want your container to be reachable from outside, you should
E use the 'expose' subcommand. another service can be linked to your app:
E dokku {prefix}:link other_service playground
E it is possible to change the protocol for {alias}_URL by setting the
E environment variable {variable}_DATABASE_SCHEME on the app. doing so will
E after linking will cause the plugin to think the service is not
E linked, and we advise you to unlink before proceeding.
E dokku config:set playground {variable}_DATABASE_SCHEME={scheme}2
E dokku {prefix}:link lollipop playground
E this will cause {alias}_URL to be set as:
E
E     {url2:lollipop:SOME_PASSWORD}`,
  linked: `desc check if the {service} service is linked to an app
args SERVICE APP
A service, service to run command against
A app, app to run command against
E here we check if the lollipop {prefix} service is linked to the 'playground' app.
E dokku {prefix}:linked lollipop playground`,
  links: `desc list all apps linked to the {service} service
args SERVICE
A service, service to run command against
E list all apps linked to the 'lollipop' {prefix} service.
E dokku {prefix}:links lollipop`,
  promote: `desc promote service <service> as {alias}_URL in <app>
args SERVICE APP
A service, service to run command against
A app, app to run command against
E if you have a {prefix} service linked to an app and try to link another {prefix} service
E another link environment variable will be generated automatically:
E
E     DOKKU_{alias}_BLUE_URL={url:other_service:ANOTHER_PASSWORD}
E
E you can promote the new service to be the primary one
E > NOTE: this will restart your app
E dokku {prefix}:promote other_service playground
E this will replace {alias}_URL with the url from other_service and generate
E another environment variable to hold the previous value if necessary.
E you could end up with the following for example:
E
E     {alias}_URL={url:other_service:ANOTHER_PASSWORD}
E     DOKKU_{alias}_BLUE_URL={url:other_service:ANOTHER_PASSWORD}
E     DOKKU_{alias}_SILVER_URL={url:lollipop:SOME_PASSWORD}`,
  unlink: `desc unlink the {service} service from the app
args SERVICE APP
A service, service to run command against
A app, app to run command against
F -n|--no-restart "false", whether or not to restart the app on unlink (default: true)
E you can unlink a {prefix} service
E > NOTE: this will restart your app and unset related environment variables
E dokku {prefix}:unlink lollipop playground`,
};
