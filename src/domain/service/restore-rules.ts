import type { Backup, Held } from './backup-rules.ts';

/**
 * Whether so much in a restored service is what the backup should hold. A service that was written to while it was
 * exported may hold anything between the two counts; keys that expire are fewer after a while, but not all gone.
 */
export function reasonAgainstRestored(
  { held, heldAfter }: Pick<Backup, 'held' | 'heldAfter'>,
  restored: Held | undefined,
): string | undefined {
  if (held === undefined || restored === undefined) return undefined;
  const counts = [held.count, (heldAfter ?? held).count];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const expected = least === most ? `${least} ${held.unit}` : `${least} to ${most} ${held.unit}`;
  const expires = held.unit === 'keys';
  if (restored.count > most)
    return `it holds ${restored.count} ${restored.unit}, but ${expected} were exported`;
  const enough = expires ? restored.count > 0 || least === 0 : restored.count >= least;
  return enough ? undefined : `only ${restored.count} of ${expected} came back`;
}
