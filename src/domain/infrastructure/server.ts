/** A plugin as `plugin:list` reports it. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly core: boolean;
}

/** What a host is: read once per connection, because every choice of command form depends on it. */
export interface HostAbout {
  /** `0.38.27`: without a leading v and without a build suffix. */
  readonly version: string;
  readonly plugins: readonly Plugin[];
}
