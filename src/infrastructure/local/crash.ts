import { writeSync } from 'node:fs';
import { maskShapes } from '../../application/masking/patterns.ts';
import { sanitize } from '../../domain/sanitize.ts';

const STDERR = 2;
let mask: (text: string) => string = maskShapes;

/** What a crash prints is masked with this from now on: with all secrets that the process has learned until then. */
export function coverCrashes(by: (text: string) => string): void {
  mask = by;
}

/**
 * Ends the process on an error that nobody handles, as node itself does, but without a secret in what it prints: node
 * would print the error with its causes and all of their fields.
 */
export function installCrashOutput(): void {
  process.on('uncaughtException', crash);
}

/** Prints an error that nothing can be done about, masked, and ends the process with 1. */
export function crash(error: unknown): never {
  writeSync(STDERR, `${crashText(error)}\n`);
  process.exit(1);
}

/** Names, messages and stacks of the error and its causes; their other fields may hold anything and are left out. */
export function crashText(error: unknown): string {
  const parts: string[] = [];
  for (
    let at = error;
    at !== undefined && parts.length < 5;
    at = at instanceof Error ? at.cause : undefined
  ) {
    parts.push(at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`) : String(at));
  }
  const text = sanitize(`dokku-mcp ended because of an error in itself: ${parts.join('\ncaused by ')}`);
  try {
    return mask(text);
  } catch {
    return 'dokku-mcp ended because of an error in itself, and its text could not be masked.';
  }
}
