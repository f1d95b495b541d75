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
 * Keeps the last lines that match while a log of any length streams by: memory is bounded by `tail` and
 * `maxCharacters`. `logs` prints one block per container (measured), so stamped lines are put in order of time.
 */
export function collect(filter: LogFilter): LogWindow {
  const kept: { at: number; text: string }[] = [];
  const grep = filter.grep?.toLowerCase();
  let read = 0;
  let matched = 0;
  let at = 0;
  let here = filter.process === undefined;
  return {
    add(line) {
      read += 1;
      const stamp = STAMP.exec(line);
      if (stamp?.[1] !== undefined) {
        at = Date.parse(stamp[1]);
        here = filter.process === undefined || stamp[2] === filter.process;
      }
      if (!here || (filter.since !== undefined && at <= filter.since)) return;
      if (grep !== undefined && !line.toLowerCase().includes(grep)) return;
      matched += 1;
      kept.push({ at, text: line });
      if (kept.length >= filter.tail * 2 + 1_000) trim(kept, filter.tail);
    },
    end() {
      trim(kept, filter.tail);
      const lines = kept.map(({ text }) => text);
      let size = 0;
      let first = lines.length;
      while (first > 0) {
        const next = size + (lines[first - 1]?.length ?? 0) + 1;
        if (next > filter.maxCharacters) break;
        size = next;
        first -= 1;
      }
      const shown = lines.slice(first);
      return {
        text: shown.join('\n'),
        shown: shown.length,
        matched,
        read,
        truncated: shown.length < matched,
      };
    },
  };
}

function trim(kept: { at: number; text: string }[], tail: number): void {
  kept.sort((a, b) => a.at - b.at);
  kept.splice(0, Math.max(0, kept.length - tail));
}
