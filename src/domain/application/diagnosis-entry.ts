import type { Phase } from './deployment.ts';
import type { ParsedOutput } from './output.ts';

/** One way in which a deploy fails, as Dokku 0.38, docker, git and curl say it. */
export interface FailureEntry {
  readonly code: string;
  /** Matched against Dokku's own lines, joined by line breaks. */
  readonly when: RegExp;
  /** `as reached`: the phase that the output had reached when the line came. */
  readonly phase: Phase | { readonly as: 'reached' };
  readonly cause: (match: RegExpExecArray, output: ParsedOutput) => string;
  readonly advice: (match: RegExpExecArray) => string;
  /** Lines that show the cause, besides the one that matched. */
  readonly evidence?: (output: ParsedOutput) => readonly string[];
}

/** The phase that the output had reached. */
export const reached = { as: 'reached' } as const;
