import type { SimulatedHost } from './host.ts';

/** One command as a Dokku plugin sees it: after the dispatcher has split the line and taken the global flags out. */
export interface Invocation {
  readonly host: SimulatedHost;
  /** `config:set` */
  readonly command: string;
  /** What follows the command; `--app X` before it has been prepended, as Dokku does for core plugins. */
  readonly args: readonly string[];
  readonly flags: GlobalFlags;
  readonly stdin: Buffer;
  readonly tty: boolean;
  /** Aborted when the client goes away; a command that prints after that dies of SIGPIPE (see `out`). */
  readonly signal: AbortSignal;
  /** Writes exactly this text to standard output. Throws BrokenPipe when the client has gone. */
  out(text: string): void;
  /** Writes bytes that are no text to standard output; a terminal does not change them. */
  outBytes(bytes: Buffer): void;
  /** Writes exactly this text to standard error; merged into standard output after `mergeStreams`. */
  err(text: string): void;
  /** From here on standard error goes where standard output goes, as Dokku's deploy commands do. */
  mergeStreams(): void;
  /** Lets host time pass: waits at real speed, only moves the host's clock at fast speed. */
  sleep(ms: number): Promise<void>;
  /** Runs another command of this host with the same streams, as Dokku's plugins call each other; returns its exit code. */
  run(command: string, args: readonly string[]): Promise<number>;
}

export interface GlobalFlags {
  readonly app?: string;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly trace: boolean;
}

/** Answers one command and returns its exit code. Rules make the answer: state in, text out. */
export type Handler = (call: Invocation) => number | Promise<number>;

/** The commands of one Dokku plugin. */
export interface Family {
  readonly commands: Readonly<Record<string, Handler>>;
}

/** Thrown by `out` and `err` when nobody reads any more. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/** Thrown by helpers to end a command with this exit code, after its text was written. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
