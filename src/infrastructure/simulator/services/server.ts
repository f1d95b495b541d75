import type { Invocation } from '../invocation.ts';
import type { DatastoreData, SimulatedDatastore } from './datastore.ts';

/** What a client program printed, in order, and how it ended. */
export interface ClientResult {
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  readonly exit: number;
}

/** What came of an import: the exit code, and what the restoring program said. */
export interface RestoreResult {
  readonly exit: number;
  readonly error: string;
}

/** A server process that ends again and again. */
export interface Crash {
  /** True when it ends before anything can reach it, so that even its name is unknown to others. */
  readonly quick: boolean;
  /** What one run of it prints, told the time; the first run can print more. */
  readonly lines: (at: number, run: number) => readonly string[];
}

/** Where the server's clock and log stand. */
export interface ServerMoment {
  readonly now: number;
  /** Writes a line into the container's log. */
  log(line: string): void;
}

/** One kind of database server: what runs in a service's container and what its client programs answer. */
export interface DatabaseServer {
  /** Folder in which commands start inside the container. */
  readonly directory: string;
  /** ENV of the image. */
  environment(imageVersion: string): Readonly<Record<string, string>>;
  /** What a new service holds. */
  empty(): DatastoreData;
  /** Why the server does not stay up on this service's data and options. */
  crash(service: SimulatedDatastore, options: string): Crash | undefined;
  /** Steps of the plugin after the server answers: what it prints of them. */
  readonly setUp?: (service: SimulatedDatastore) => readonly string[];
  /** Lines of the log when the server starts; `fresh` on an empty data folder. */
  booted(service: SimulatedDatastore, moment: ServerMoment, fresh: boolean): void;
  stopped(moment: ServerMoment): void;
  /** The client program of `connect`, fed with this input. */
  connect(service: SimulatedDatastore, input: string, moment: ServerMoment): ClientResult;
  /** What `connect` shows on a terminal before anything is typed. */
  banner(service: SimulatedDatastore): string;
  /** Client programs that `enter` can run, by name; undefined for others. */
  program(
    service: SimulatedDatastore,
    argv: readonly string[],
    moment: ServerMoment,
  ): ClientResult | undefined;
  /** What export does before the dump can be read. */
  readonly beforeDump?: (
    call: Invocation,
    service: SimulatedDatastore,
    moment: ServerMoment,
  ) => Promise<void>;
  /** The dump, piece by piece. */
  dump(service: SimulatedDatastore, now: number): Iterable<Buffer>;
  /** Feeds a dump to the running server. Absent where the plugin replaces the server's file instead. */
  readonly restore?: (service: SimulatedDatastore, dump: Buffer) => RestoreResult;
  /** Puts a dump in place of the data of a stopped server, which finds out at its next start what it holds. */
  readonly replace?: (service: SimulatedDatastore, dump: Buffer) => void;
}
