import { Exit, type Invocation } from './invocation.ts';

/* The line forms of Dokku (plugins/common/log.go): every family prints through these. */

/** `-----> text` */
export const info = (text: string): string => `-----> ${text}\n`;
/** `=====> text` */
export const title = (text: string): string => `=====> ${text}\n`;
/** seven blanks and the text */
export const verbose = (text: string): string => `       ${text}\n`;
/** ` !     text` */
export const warning = (text: string): string => ` !     ${text}\n`;

/** Prints ` !     text` on standard error and ends the command with the exit code. */
export function fail(call: Invocation, text: string, code = 1): never {
  call.err(warning(text));
  throw new Exit(code);
}
