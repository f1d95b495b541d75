import type { Application, BuildSummary } from './application.ts';
import type { Diagnosis } from './deployment.ts';
import type { ParsedOutput } from './output.ts';

/** Everything that is known of one app when its causes are looked for. What could not be read is in `unread`. */
export interface AppFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly application: Application;
  /** The last deploy, when it failed and nothing after it has made up for it. */
  readonly failed?: FailedBuild;
  /** A deploy that was refused because another one held the lock, newer than every other record. */
  readonly refused?: BuildSummary;
  /** Last log lines of the processes. */
  readonly log: readonly LogLine[];
  /** Lines of containers that did not come up (`logs:failed`). */
  readonly failedLog: readonly string[];
  readonly services: readonly LinkedService[];
  readonly variables?: VariableFacts;
  readonly proxyLog?: ProxyLog;
  /** Parts that could not be read: rules about them stay silent. */
  readonly unread: readonly UnreadPart[];
}

export interface UnreadPart {
  readonly part: string;
  readonly reason: string;
  readonly code?: string;
}

export interface FailedBuild {
  readonly build: BuildSummary;
  readonly diagnosis: Diagnosis;
  readonly output: ParsedOutput;
}

export interface LogLine {
  /** `web.1` */
  readonly process: string;
  readonly text: string;
}

/** A data service that the app is linked to, with docker's word for its container. */
export interface LinkedService {
  readonly type: string;
  readonly name: string;
  /** running, exited, restarting, created, or missing when it was stopped. */
  readonly status: string;
}

/** What is known of config variables beside their names; never a value. */
export interface VariableFacts {
  readonly empty: readonly string[];
  /** When a variable was last changed from here, in milliseconds since the epoch. */
  readonly changedAt: ReadonlyMap<string, number>;
}

/** The last lines that the proxy wrote of the app. */
export interface ProxyLog {
  readonly errors: readonly string[];
  readonly requests: readonly string[];
  /** The body size that it accepts now; read where it has refused one. */
  readonly bodyLimit?: string;
}

/** Whom it hits now: nobody is served, some are not, only the next deploy fails, or it only may become one. */
export type Impact = 'down' | 'degraded' | 'deploy' | 'notice';

export type Confidence = 'certain' | 'likely' | 'possible';

/** A tool with its arguments, ready to be called. */
export interface NextCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One reason why an app does not do what it should. */
export interface Cause {
  /** Stable; the same word as in a deploy's diagnosis where the cause is the same. */
  readonly code: string;
  readonly impact: Impact;
  readonly confidence: Confidence;
  /** One sentence of ours: no text of the host but names that were matched. */
  readonly explanation: string;
  /** Short lines that an operator can check, each with the command that shows it; text of the host. */
  readonly evidence: readonly string[];
  readonly next: NextCall;
}

/** A rule looks at the facts and names the causes it sees; it never reads anything. */
export type CauseRule = (facts: AppFacts) => readonly Cause[];

/** True when this part of the app was read, so that its emptiness means something. */
export function wasRead(facts: AppFacts, part: string): boolean {
  return !facts.unread.some((unread) => unread.part === part || unread.part === 'state');
}

/** True when the app is meant to answer requests: it has, or shall have, web processes. */
export function servesWeb({ application: { scale, processes } }: AppFacts): boolean {
  return (scale.desired.web ?? 0) > 0 || processes.some(({ type }) => type === 'web');
}
