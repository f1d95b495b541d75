/** What an app is set to besides what its own reports hold: read only when somebody asks for it. */
export interface AppSettings {
  /** Options of docker by phase, those of service links left out. */
  readonly dockerOptions: Readonly<Record<DockerPhase, readonly string[]>>;
  /** `selected` and `build-dir`, where the app has its own. */
  readonly builder: Readonly<Record<string, string>>;
  readonly buildpacks: readonly string[];
  /** Properties of nginx that the app has of its own. */
  readonly nginx: Readonly<Record<string, string>>;
  /** Data services that the app is linked to. */
  readonly services: readonly ServiceLink[];
}

export type DockerPhase = 'build' | 'deploy' | 'run';

export interface ServiceLink {
  readonly type: string;
  readonly name: string;
}

/** True when a variable leads to a linked service: it belongs to the link and not to the app. */
export function leadsTo(value: string, { type, name }: ServiceLink): boolean {
  return new RegExp(`[@/]dokku-${type}-${name.replaceAll('.', '[.]')}(?::|/|$)`).test(value);
}

/** Settings of an app that has none of its own. */
export const noSettings: AppSettings = {
  dockerOptions: { build: [], deploy: [], run: [] },
  builder: {},
  buildpacks: [],
  nginx: {},
  services: [],
};
