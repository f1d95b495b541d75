import { DomainError, type FailureCode } from '../domain/errors.ts';
import type { Command } from './ports.ts';

/* What a failure says about the host after a change was under way. */

/** Faults of the way to the host: after a change they say nothing about it, and nobody may repeat it because of them. */
const PATH_FAULTS: ReadonlySet<FailureCode> = new Set([
  'LINK_LOST',
  'TIMEOUT',
  'CANCELLED',
  'HOST_UNREACHABLE',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'AUTH_REFUSED',
]);

/** True for a fault of the way to the host, which says nothing about what a change did. */
export function isPathFault(error: unknown): error is DomainError {
  return error instanceof DomainError && PATH_FAULTS.has(error.code);
}

/** True when a sent command ended without its exit code: the host may or may not have carried it out. */
export function isUnknown(error: unknown): error is DomainError {
  if (DomainError.is(error, 'CANCELLED')) return error.details.sent;
  return DomainError.is(error, 'LINK_LOST') || DomainError.is(error, 'TIMEOUT');
}

/** True when the failure came before the first byte of the command went out. */
export function isUnsent(error: unknown): boolean {
  if (DomainError.is(error, 'CANCELLED')) return !error.details.sent;
  return isPathFault(error) && !isUnknown(error);
}

/** PARTLY_APPLIED when commands were done before the one that failed: its own failure says nothing of them. */
export function partly(commands: readonly Command[], done: number, error: unknown): unknown {
  if (done === 0) return error;
  const failed = commands[done]?.name ?? '';
  const details = { done: commands.slice(0, done).map(({ name }) => name), failed, reason: messageOf(error) };
  return new DomainError('PARTLY_APPLIED', details, { cause: error });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function commandNames(commands: readonly Command[]): string {
  return commands.map(({ name }) => name).join(', ');
}
