import type { DockerPhase, ServiceLink } from './settings.ts';

/** One thing in which an app is not as described; a value that is not there is undefined. Never holds a secret. */
export interface Difference {
  /** The part of the description: `domains`, `config`, `docker_options.deploy` ... */
  readonly part: string;
  /** What in it: a domain, a variable, a process type. */
  readonly item: string;
  readonly wanted?: string;
  readonly found?: string;
}

/** Part by part what is there: item -> value. */
export type Parts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a description and the facts of an app have in common. */
export interface Comparable {
  readonly domains?: readonly string[] | undefined;
  readonly ports?: readonly string[] | undefined;
  readonly scale?: Readonly<Record<string, number>> | undefined;
  readonly resources?: Readonly<Record<string, string>> | undefined;
  readonly checks?:
    | {
        readonly wait_to_retire?: number | undefined;
        readonly disabled?: readonly string[] | undefined;
        readonly skipped?: readonly string[] | undefined;
      }
    | undefined;
  readonly mounts?: readonly { readonly from: string; readonly to: string }[] | undefined;
  readonly docker_options?: Readonly<Partial<Record<DockerPhase, readonly string[] | undefined>>> | undefined;
  readonly builder?: Readonly<Record<string, string | undefined>> | undefined;
  readonly buildpacks?: readonly string[] | undefined;
  readonly nginx?: Readonly<Record<string, string>> | undefined;
  readonly services?: readonly ServiceLink[] | undefined;
}

/**
 * A description as parts that can be compared; source and variables are not among them, since only their reader can
 * tell whether two are equal.
 */
export function partsOf(description: Comparable): Parts {
  const { domains, ports, scale, resources, checks, mounts, docker_options, builder, buildpacks } =
    description;
  const { nginx, services } = description;
  const running = scale && Object.entries(scale).filter(([, count]) => count > 0);
  const parts: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
    domains: domains && presence(domains),
    ports: ports && presence(ports),
    scale: running && Object.fromEntries(running.map(([type, count]) => [type, String(count)])),
    resources,
    'checks.wait_to_retire':
      checks?.wait_to_retire === undefined ? undefined : { seconds: String(checks.wait_to_retire) },
    'checks.disabled': checks?.disabled && presence(checks.disabled),
    'checks.skipped': checks?.skipped && presence(checks.skipped),
    mounts: mounts && presence(mounts.map(({ from, to }) => `${from}:${to}`)),
    'docker_options.build': docker_options?.build && presence(docker_options.build),
    'docker_options.deploy': docker_options?.deploy && presence(docker_options.deploy),
    'docker_options.run': docker_options?.run && presence(docker_options.run),
    builder: builder && given(builder),
    buildpacks: buildpacks && (buildpacks.length === 0 ? {} : { 'in order': buildpacks.join(' ') }),
    nginx,
    services: services && presence(services.map(({ type, name }) => `${type}/${name}`)),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, items]) => (items === undefined ? [] : [[part, items]])),
  );
}

/** Where what is there is not what is wanted, in the parts that are wanted; what is there beyond that has no `wanted`. */
export function differencesOf(wanted: Parts, found: Parts): readonly Difference[] {
  return Object.entries(wanted).flatMap(([part, items]) => {
    const there = found[part] ?? {};
    return [...new Set([...Object.keys(items), ...Object.keys(there)])]
      .filter((item) => items[item] !== there[item])
      .map((item) => ({
        part,
        item,
        ...(items[item] === undefined ? {} : { wanted: items[item] }),
        ...(there[item] === undefined ? {} : { found: there[item] }),
      }));
  });
}

/** A difference in one line. */
export function describeDifference({ part, item, wanted, found }: Difference): string {
  const value = (text: string): string => (text === PRESENT ? '' : ` ${text}`);
  if (wanted === undefined) return `${part}: ${item}${value(found ?? '')} is there and not described`;
  if (found === undefined) return `${part}: ${item}${value(wanted)} is described and not there`;
  return `${part}: ${item} is${value(found)}, described as${value(wanted)}`;
}

/** The value of what is there or not. */
const PRESENT = 'yes';

function presence(items: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(items.map((item) => [item, PRESENT]));
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
