import type { HostAbout } from '../domain/infrastructure/server.ts';

/** One Dokku command with its exact argv. Only the executor may send one whose effect is not a read. */
export interface Command {
  /** Exact name as the catalogue has it, for example `config:set`. */
  readonly name: string;
  readonly args: readonly string[];
  /** Dokku's global flags, sent before the command: `force` answers its questions, `quiet` drops headers. Never in args. */
  readonly flags?: readonly GlobalFlag[];
  /** Sent on standard input. */
  readonly stdin?: string;
  /** Takes standard output byte for byte instead of the answer, in which it is then empty. */
  readonly sink?: ByteSink;
  /** Given to standard input piece by piece, instead of `stdin`. */
  readonly source?: ByteSource;
  /** Literal values inside args or stdin that must never be shown. */
  readonly secrets?: readonly string[];
  /** Exit codes that are answers here, besides 0 (the exit code of a one-off command is the program's own). */
  readonly accept?: readonly number[] | 'any';
  /** Milliseconds to wait for this one; the default goes by its effect. */
  readonly deadlineMs?: number;
}

/** Where the output of a command goes that is too long to be kept, or is no text. */
export interface ByteSink {
  /** How plans name it. */
  readonly shown: string;
  /** The name of what was written, once it is whole. */
  readonly made: string | undefined;
  /** Called before the command is sent. What it rejects with keeps the command from being sent. */
  open(signal: AbortSignal | undefined): Promise<void>;
  /**
   * While the returned promise is pending no more is read from the host. The chunk's memory is used again as soon as
   * the call has returned. What it throws ends the command.
   */
  write(chunk: Uint8Array): void | Promise<void>;
  /** The command ended well; what this rejects with is its failure. */
  end(): Promise<void>;
  /** It did not: nothing may remain that looks whole. */
  discard(): Promise<void>;
}

/** What a command gets to read that is too long to be held in memory. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /** How plans name it. */
  readonly shown: string;
}

export type GlobalFlag = 'force' | 'quiet';

export interface CommandResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the middle of a stream was dropped because it was too long. */
  readonly truncated: boolean;
  readonly durationMs: number;
}

export interface ExecuteOptions {
  /** Exit codes that are answers here, besides 0 (`ports:list` without a mapping is 1). */
  readonly accept?: readonly number[] | 'any';
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
  /** Sees each line as it arrives, control sequences removed; a pending promise stalls this command only. */
  readonly onLine?: (line: OutputLine) => void | Promise<void>;
  /** How much of each stream is kept, default 1 MiB. */
  readonly keepBytes?: number;
}

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Speaks Dokku on one host: argv in, text or a DomainError out. */
export interface DokkuClient {
  readonly host: string;
  /**
   * Runs one catalogued command. A non-zero exit that is not accepted becomes the DomainError that the fault table
   * has for it; a change whose link is lost rejects with OUTCOME_UNKNOWN-worthy LINK_LOST, TIMEOUT or CANCELLED.
   */
  execute(command: Command, options?: ExecuteOptions): Promise<CommandResult>;
  /** Version and plugins, read once per connection. */
  about(signal?: AbortSignal): Promise<HostAbout>;
  close(): Promise<void>;
}

/** Effects from harmless to severe. `read-secret` reads values that must be masked. */
export type Effect = 'read' | 'read-secret' | 'reversible' | 'disruptive' | 'destructive';

/** What the catalogue knows of one Dokku command. */
export interface CommandInfo {
  readonly name: string;
  readonly plugin: string;
  readonly synopsis: string;
  readonly description: string;
  readonly effect: Effect;
  readonly output: 'text' | 'json' | 'report' | 'lines' | 'stream' | 'none';
  /** Dokku version that first has it, as `0.38.0`; undefined when older than every supported version. */
  readonly since?: string;
  /** Dokku version from which `--format json` works. */
  readonly jsonSince?: string;
  readonly longRunning: boolean;
  /** Prints values that must be masked. */
  readonly secretOutput: boolean;
  /** Takes standard input. */
  readonly stdin: boolean;
  /** Refused over the dokku user. */
  readonly rootOnly: boolean;
  /** Why this command is never sent; what to do instead. */
  readonly refused?: string;
  /** Exit codes with a meaning of their own. */
  readonly exitCodes?: Readonly<Record<number, string>>;
  /** Exit codes besides 0 that are answers, not failures (`ports:list` without a mapping: 1). */
  readonly answers?: Readonly<Record<number, string>>;
}

/** The apps that an argv concerns, the whole host, or nothing that can be told for sure. */
export type CommandConcern =
  | { readonly kind: 'apps'; readonly apps: readonly string[] }
  | { readonly kind: 'host' }
  | { readonly kind: 'unclear'; readonly reason: string };
/** What can be found by words beside commands. */
export type Searchable = Pick<CommandInfo, 'name' | 'description'>;

export interface CommandCatalogue {
  /** Exact match only; no prefix, no case folding. */
  find(name: string): CommandInfo | undefined;
  /** The best fitting commands, and of `others` what fits as well, in one order. */
  search<T extends Searchable = never>(
    words: string,
    limit: number,
    others?: readonly T[],
  ): readonly (CommandInfo | T)[];
  /** The effect of this very argv (`ps:scale app` reads, `ps:scale app web=2` changes). */
  effectOf(command: Command): Effect;
  /** Every effect that some argv of this command has. */
  effectsOf(name: string): readonly Effect[];
  /** True when the command has a place for the name of an app. */
  namesApp(name: string): boolean;
  /** What this very argv concerns. */
  concernOf(command: Command): CommandConcern;
  /** The same list until a plugin is adopted. */
  names(): readonly string[];
  /** Adds the commands of a plugin of data services that is not known by name but has their shape. */
  adopt(type: string): void;
  /**
   * A command of the long tail, each argument checked against the command's own shape. Faults: POLICY_DENIED for a
   * name that is not in the catalogue or must never be sent, INVALID_ARGUMENT naming the argument.
   */
  compose(name: string, args: readonly string[], stdin?: string): Command;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Tells the caller how far long work is; messages are real output lines. */
export type Progress = (message: string) => void;

/** Append-only records and small documents, kept under one private directory (or shared between replicas). */
export interface StateStore {
  /**
   * Appends one JSON record; with `sync` it is on disk before the promise resolves. With `bound` the log forgets its oldest
   * records when it is larger than that, never more than a quarter of it at a time.
   */
  append(log: string, record: unknown, options?: { sync?: boolean; bound?: number }): Promise<void>;
  /** All whole records of a log in order; a torn last line is left out. */
  read(log: string): Promise<unknown[]>;
  put(key: string, value: unknown): Promise<void>;
  get(key: string): Promise<unknown>;
  list(prefix: string): Promise<string[]>;
  delete(key: string): Promise<void>;
}

/** The record of every act: the intent is on disk before the first byte is sent, the outcome before it is reported. */
export interface AuditLog {
  /** Resolves with the id of the act when its intent is on disk. */
  intent(entry: AuditIntent): Promise<string>;
  /**
   * Closes an intent, also one of another process; resolves when it is on disk. Faults: CONFLICT when the intent has its
   * outcome already, which stays as it is.
   */
  outcome(id: string, outcome: AuditOutcome): Promise<void>;
  /** What changed nothing but belongs on record. Not waited for by the disk; floods of refusals count as one record. */
  note(act: AuditNote): Promise<void>;
  /** Intents without an outcome, oldest first. */
  openIntents(): Promise<readonly OpenIntent[]>;
  /** Whether an act was begun and whether its outcome is on record; may read the whole log, so ask only after a crash. */
  stateOf(id: string): Promise<'none' | 'open' | 'closed'>;
}

/** Who does something to what. */
export interface AuditAct {
  readonly host: string;
  readonly operation: string;
  readonly app?: string;
  readonly actor: string;
  /** The program that asks, where the actor is a person. */
  readonly client?: string;
  readonly transport?: string;
  /** Who the token of the call was given to. */
  readonly principal?: { readonly sub: string; readonly client_id: string; readonly jti?: string };
  /** Where the call came from, in a network. */
  readonly address?: string;
}

export interface AuditIntent extends AuditAct {
  /** The id that the act takes, where whoever writes it has one already. */
  readonly id?: string;
  readonly effect: Effect;
  /** Decoded argv, secrets masked. */
  readonly commands: readonly string[];
  /** Digest of the plan that is carried out. */
  readonly plan?: string;
  /** JSON that tells how to find out by reading whether it was done. */
  readonly postcondition?: unknown;
}

export interface AuditOutcome {
  readonly result: 'ok' | 'failed' | 'refused' | 'unknown';
  readonly exit?: number;
  readonly code?: string;
  readonly durationMs: number;
  readonly found?: string;
  /** What reading the host showed later, where the outcome was unknown. */
  readonly resolved?: Resolved;
}

export interface AuditNote extends AuditAct {
  /**
   * `refused` by the rules of this server, `declined` by a person (or not yet agreed to), `revealed`: a secret was shown,
   * `used`: a token was, from this address.
   */
  readonly phase: 'refused' | 'declined' | 'revealed' | 'used';
  readonly code?: string;
  readonly reason?: string;
}

/** An intent whose outcome is not on record: its writer is still at it, or ended in between. */
export interface OpenIntent extends AuditIntent {
  readonly id: string;
  readonly at: string;
  /** The process that wrote it; `elsewhere` is another boot, container or machine, where nobody can tell. */
  readonly writer: 'alive' | 'dead' | 'elsewhere';
}

export type Resolved = 'applied' | 'not_applied' | 'still_unknown';
