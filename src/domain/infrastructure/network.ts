/** A docker network as `network:list` shows it. */
export interface Network {
  readonly name: string;
  readonly id: string;
  readonly driver: string;
  readonly scope: string;
  /** True for those that `network:create` made. */
  readonly dokkuManaged: boolean;
  readonly internal: boolean;
}

/** When a container joins: as it is created, after it was created, or after the deploy succeeded. */
export const PHASES = ['initial-network', 'attach-post-create', 'attach-post-deploy'] as const;
export type Phase = (typeof PHASES)[number];

/** What one app's `network:report` says. */
export interface NetworkSettings {
  /** In force: the app's own value, or the global one. */
  readonly attached: Readonly<Record<Phase, readonly string[]>>;
  /** Set for this very app. */
  readonly own: Readonly<Record<Phase, readonly string[]>>;
  readonly bindAllInterfaces: boolean;
  readonly listeners: readonly string[];
}

/** Networks that docker itself made; they cannot be removed. */
const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** One place where an app joins a network. */
export interface Attachment {
  readonly app: string;
  readonly phase: Phase;
}

/** Which apps join a network, and in which phase. */
export function attachmentsOf(
  network: string,
  settings: ReadonlyMap<string, NetworkSettings>,
): readonly Attachment[] {
  return [...settings].flatMap(([app, { attached }]) =>
    PHASES.filter((phase) => attached[phase].includes(network)).map((phase) => ({ app, phase })),
  );
}

/** Networks made by Dokku that no app joins. */
export function orphanNetworks(
  networks: readonly Network[],
  settings: ReadonlyMap<string, NetworkSettings>,
): readonly Network[] {
  return networks.filter(
    ({ name, dokkuManaged }) => dokkuManaged && attachmentsOf(name, settings).length === 0,
  );
}

/** Attachments to networks that are not there: Dokku stores them, and the next deploy fails. */
export function danglingAttachments(
  networks: readonly Network[],
  settings: ReadonlyMap<string, NetworkSettings>,
): readonly (Attachment & { readonly network: string })[] {
  const known = new Set(networks.map(({ name }) => name));
  return [...settings].flatMap(([app, { attached }]) =>
    PHASES.flatMap((phase) =>
      attached[phase].filter((network) => !known.has(network)).map((network) => ({ app, phase, network })),
    ),
  );
}
