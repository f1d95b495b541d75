/** Which log lines are wanted. */
export interface LogFilter {
  /** Most lines. */
  readonly tail: number;
  readonly maxCharacters: number;
  /** Only lines stamped after this moment (milliseconds); unstamped lines follow the line before them. */
  readonly since?: number;
  readonly grep?: string;
  /** Exactly this process, as `web.1`. */
  readonly process?: string;
}

export interface LogWindow {
  add(line: string): void;
  end(): { text: string; shown: number; matched: number; read: number; truncated: boolean };
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) app\[([^\]]+)\]: ?/;

/**
 * Keeps the last lines that match while a log of any length streams by: memory is bounded by `tail`, `maxCharacters`
 * and the longest line. `logs` prints one block per container (measured), so stamped lines are put in order of time.
 */
export function collect(filter: LogFilter): LogWindow {
  const kept: { at: number; text: string }[] = [];
  const grep = filter.grep?.toLowerCase();
  let size = 0;
  /** Moment of the newest line that was left out: what is older can never be shown any more. */
  let floor = 0;
  const cut = (): void => {
    const left = trim(kept, filter);
    size = left.size;
    floor = Math.max(floor, left.newestDropped);
  };
  let read = 0;
  let matched = 0;
  let at = 0;
  let here = filter.process === undefined;
  return {
    add(line) {
      read += 1;
      const stamp = STAMP.exec(line);
      if (stamp?.[1] !== undefined) {
        const moment = Date.parse(stamp[1]);
        if (!Number.isNaN(moment)) at = moment;
        here = filter.process === undefined || stamp[2] === filter.process;
      }
      if (!here || (filter.since !== undefined && at <= filter.since)) return;
      if (grep !== undefined && !line.toLowerCase().includes(grep)) return;
      matched += 1;
      if (at < floor) return;
      kept.push({ at, text: line });
      size += line.length + 1;
      if (kept.length >= filter.tail * 2 + 1_000 || size >= filter.maxCharacters * 2) cut();
    },
    end() {
      cut();
      const text = kept.map((line) => line.text).join('\n');
      return { text, shown: kept.length, matched, read, truncated: kept.length < matched };
    },
  };
}

/** Leaves the newest lines that fit, in order of time; tells their size and the moment of the newest one left out. */
function trim(
  kept: { at: number; text: string }[],
  { tail, maxCharacters }: LogFilter,
): { size: number; newestDropped: number } {
  kept.sort((a, b) => a.at - b.at);
  let size = 0;
  let first = kept.length;
  while (first > Math.max(0, kept.length - tail)) {
    const next = size + (kept[first - 1]?.text.length ?? 0) + 1;
    if (next > maxCharacters) break;
    size = next;
    first -= 1;
  }
  const dropped = kept.splice(0, first);
  return { size, newestDropped: dropped.at(-1)?.at ?? 0 };
}
