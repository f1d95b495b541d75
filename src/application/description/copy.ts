import type { DeploySource } from '../../domain/application/deployment.ts';
import type { AppDescription } from '../../domain/application/description.ts';
import { reasonAgainstDockerOptions } from '../../domain/infrastructure/docker-options.ts';
import type { Context } from '../context.ts';
import { type AppState, deploySourceOf, describeState } from './state.ts';

/** One thing that stays behind, and the call that makes it on the other host. */
export interface LeftBehind {
  readonly what: string;
  readonly why: string;
  readonly call: string;
}

/** What a copy becomes on its host, and what does not come along. */
export interface CopyOf {
  /** Holds the values of the variables as text: never shown. */
  readonly wanted: AppDescription;
  readonly source?: DeploySource;
  readonly left: readonly LeftBehind[];
}

/**
 * What of an app can travel to another host, under the name `as`. Variables travel by their value, except those that lead to
 * a service of the old host; data, certificates and what only the old host has stay behind and are listed.
 */
export function copyOf(
  state: AppState,
  as: AppDescription['app'],
  { fingerprint }: Pick<Context, 'fingerprint'>,
): CopyOf {
  const { description } = describeState(state, fingerprint);
  const { services: _, mounts: __, ...rest } = description;
  const docker_options = travelling(description.docker_options);
  const source = localImage(description.source) ? undefined : deploySourceOf(description.source);
  const { source: ___, ...settings } = rest;
  return {
    wanted: {
      ...settings,
      ...(source === undefined || rest.source === undefined ? {} : { source: rest.source }),
      app: as,
      config: Object.fromEntries(state.variables) as NonNullable<AppDescription['config']>,
      ...(docker_options === undefined ? {} : { docker_options }),
    },
    ...(source === undefined ? {} : { source }),
    left: leftBehind(state, as, source),
  };
}

type Options = AppDescription['docker_options'];

function travelling(options: Options): Options {
  if (options === undefined) return undefined;
  const allowed = (list: readonly string[] = []) =>
    list.filter((option) => reasonAgainstDockerOptions([option]) === undefined);
  return { build: allowed(options.build), deploy: allowed(options.deploy), run: allowed(options.run) };
}

/** An image that Dokku built itself is in no registry. */
function localImage(source: AppDescription['source']): boolean {
  return source !== undefined && 'image' in source && /^dokku\//.test(source.image);
}

function leftBehind(state: AppState, as: string, source: DeploySource | undefined): readonly LeftBehind[] {
  const { app, settings, linked } = state;
  const execute = (name: string, ...args: readonly string[]): string =>
    `command_execute ${JSON.stringify({ name, args })}`;
  const options = (['build', 'deploy', 'run'] as const).flatMap((phase) =>
    settings.dockerOptions[phase].map((option) => [phase, option] as const),
  );
  return [
    ...(source === undefined && app.source !== undefined
      ? [
          {
            what: `the source (${app.source.kind}${app.source.location === '' ? '' : ` ${app.source.location}`})`,
            why: 'only the old host has it',
            call: `push the code to the new host, or deploy_start ${JSON.stringify({ app: as, git_url: '...' })}`,
          },
        ]
      : []),
    ...settings.services.map(({ type, name }) => ({
      what: `the link to ${type}/${name}${linked.length === 0 ? '' : ` with ${linked.join(', ')}`}`,
      why: 'the service and its data are on the old host',
      call: `make ${name} there with its data (services_set, backups_run), then services_set ${JSON.stringify({ action: 'link', type, service: name, app: as })}`,
    })),
    ...app.mounts.map(({ from, to }) => ({
      what: `the mount ${from}:${to}`,
      why: 'its files are on the old host; copy them first',
      call: from.includes('/')
        ? execute('storage:mount', as, `${from}:${to}`)
        : `${execute('storage:create', from)}, then ${execute('storage:mount', '--container-dir', to, as, from)}`,
    })),
    ...options.flatMap(([phase, option]) => {
      const reason = reasonAgainstDockerOptions([option]);
      if (reason === undefined) return [];
      const call = `an administrator of the new host: dokku docker-options:add ${as} ${phase} "${option}"`;
      return [{ what: `the docker option ${option}`, why: reason, call }];
    }),
    ...(app.certificate.enabled
      ? [
          {
            what: 'the certificate',
            why: 'its key does not leave the old host',
            call: `letsencrypt for ${as} once DNS leads to the new host, or ${execute('certs:add', as)} with the files`,
          },
        ]
      : []),
    ...(app.scale.fixedByAppJson || app.cron.length > 0
      ? [
          {
            what: 'formation and scheduled tasks',
            why: 'app.json holds them',
            call: 'nothing: they come with the code',
          },
        ]
      : []),
  ];
}
