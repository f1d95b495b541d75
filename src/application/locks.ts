/** Exclusive rights over all processes on one state; each dies with the process that holds it, also by kill -9. */
export interface Locks {
  /** The right, or undefined while another holds it. A name that is never used again is taken `once` and leaves nothing. */
  take(name: string, options?: { once?: boolean }): Promise<Held | undefined>;
  /** Milliseconds since the epoch, on the clock by which `Held.before` is told. */
  now(): number;
}

export interface Held {
  /** When the holder before let go or was last seen; undefined when nobody had it before. */
  readonly before: number | undefined;
  release(): Promise<void>;
}
