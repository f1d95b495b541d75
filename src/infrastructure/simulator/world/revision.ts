/** One commit as far as Dokku's deploys read it. */
export interface Revision {
  readonly sha: string;
  readonly parent?: string;
  readonly dockerfile: Dockerfile;
  /** Process types and their commands; absent when there is no Procfile. */
  readonly procfile?: Readonly<Record<string, string>>;
  readonly appJson?: AppJson;
}

export interface Dockerfile {
  /** The size that the builder prints when it transfers the file. */
  readonly bytes: number;
  readonly from: string;
  /** The size of the build context; absent when no step copies from it. */
  readonly context?: string;
  readonly steps: readonly BuildStep[];
  /** The order in which BuildKit tells of the steps, where it is not the file's. */
  readonly order?: readonly number[];
  /** EXPOSE, where it differs from the base image's. */
  readonly exposes?: readonly number[];
  readonly command?: readonly string[];
  readonly directory?: string;
  /** LABEL with the image that git:from-image was asked for. */
  readonly alternateTag?: string;
}

export interface BuildStep {
  readonly instruction: string;
  /** What a RUN prints: seconds since its start and the line. */
  readonly output?: readonly (readonly [seconds: number, line: string])[];
  readonly seconds?: number;
  /** Exit code of a RUN that fails. */
  readonly exit?: number;
}

/** `app.json` of a revision (the keys that Dokku 0.38 reads). */
export interface AppJson {
  readonly formation?: Readonly<Record<string, { readonly quantity: number }>>;
  readonly healthchecks?: Readonly<Record<string, readonly HealthCheck[]>>;
  readonly cron?: readonly { readonly command: string; readonly schedule: string }[];
  readonly predeploy?: string;
  readonly postdeploy?: string;
  readonly herokuPostdeploy?: string;
}

/** A check of docker-container-healthchecker: by `path`, by `uptime` or, without both, of the listening port. */
export interface HealthCheck {
  readonly name: string;
  readonly path?: string;
  readonly uptime?: number;
  readonly attempts?: number;
  readonly timeout?: number;
}
