interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Words that stand for numbers, in order from the number `first`. */
  readonly words: readonly string[];
  readonly first?: number;
}

/** The five fields of a cron table with their bounds and names (crontab(5) of Debian's cron, which runs them). */
const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59, words: [] },
  { name: 'hour', from: 0, to: 23, words: [] },
  { name: 'day of the month', from: 1, to: 31, words: [] },
  {
    name: 'month',
    from: 1,
    to: 12,
    first: 1,
    words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', from: 0, to: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/**
 * Why cron would not run at these times; undefined when it would. The plugins store any text as a schedule and end
 * with 0 (measured), so a wrong one is a backup that never runs.
 */
export function reasonAgainstSchedule(text: string): string | undefined {
  const given = text.split(' ');
  if (given.length !== fields.length) return 'a schedule has five fields, like 0 3 * * *';
  for (const [index, field] of fields.entries()) {
    const parts = (given[index] ?? '').split(',');
    if (!parts.every((part) => isPart(part, field)))
      return `the ${field.name} "${given[index]}" is none (${field.from} to ${field.to}, lists, ranges and steps)`;
  }
  return undefined;
}

function isPart(part: string, { from, to, words, first: firstWord = 0 }: Field): boolean {
  const [, first = '', last, step] =
    /^(\*|[a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?(?:\/(\d{1,2}))?$/i.exec(part) ?? [];
  const value = (word: string): number => {
    const at = words.indexOf(word.toLowerCase());
    return at === -1 ? (/^\d+$/.test(word) ? Number(word) : Number.NaN) : at + firstWord;
  };
  const inside = (word: string): boolean => value(word) >= from && value(word) <= to;
  if (step !== undefined && (Number(step) < 1 || (first !== '*' && last === undefined))) return false;
  if (first === '*') return last === undefined;
  return inside(first) && (last === undefined || (inside(last) && value(first) <= value(last)));
}
