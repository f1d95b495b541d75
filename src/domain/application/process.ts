/** One container of an app as `ps:report` names it. */
export interface Process {
  readonly type: string;
  /** 1 for the first instance. */
  readonly index: number;
  /** Docker's word: running, exited, restarting, created, paused, missing. */
  readonly state: string;
  /** Container id as Dokku shows it (11 characters). */
  readonly container?: string;
  /** Times docker restarted it since it was created: the only trace of a crash that healed itself. */
  readonly restarts?: number;
  readonly startedAt?: string;
  readonly outOfMemory?: boolean;
  /** Code with which it ended last; docker says 0 while it runs. */
  readonly exitCode?: number;
  /** Docker's own health check, where the image defines one: starting, healthy, unhealthy. */
  readonly health?: string;
  /** Names of the variables that its container was made with. */
  readonly variables?: readonly string[];
  /** Bytes of memory that it may take; absent without a limit. */
  readonly memoryLimit?: number;
}
