import type { CommandInfo, Effect } from '../../application/ports.ts';

/** Milliseconds by the effect of a command. */
export interface Deadlines {
  readonly read: number;
  readonly change: number;
  readonly longRunning: number;
}

/** Milliseconds after which the caller stops waiting, when it does not say otherwise. */
export const deadlines: Deadlines = { read: 30_000, change: 120_000, longRunning: 30 * 60_000 };

export function isRead(effect: Effect): boolean {
  return effect === 'read' || effect === 'read-secret';
}

export function deadlineOf(
  effect: Effect,
  info: CommandInfo,
  { read, change, longRunning }: Deadlines,
): number {
  if (isRead(effect) && info.output !== 'stream') return read;
  return info.longRunning ? longRunning : change;
}
