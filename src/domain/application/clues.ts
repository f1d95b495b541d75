/* What lines of an app tell about why it fails. An app words its faults as it likes: each is a list of known ways. */

const NAME = '([A-Z][A-Z0-9_]{2,63})';
const QUOTE = '["\'`]?';

/** How programs say that a variable is not there: shells, Ruby, Python, Node, Go, Rust and frameworks. */
const MISSING: readonly RegExp[] = [
  new RegExp(
    `(?:required|missing|undefined|unset|expected) (?:required )?(?:env(?:ironment)? ?|config(?:uration)? ?)?(?:variables?|vars?|settings?|keys?|value)?:? ?${QUOTE}${NAME}\\b`,
    'i',
  ),
  new RegExp(
    `\\b${NAME}${QUOTE}(?: (?:env(?:ironment)?|config(?:uration)?))?(?: (?:variable|var|setting|key))? (?:(?:is|was|are|must not be|must be|has to be|needs to be|not|been) )*(?:missing|unset|undefined|required|defined|set|provided|configured|found|empty)\\b`,
  ),
  new RegExp(
    `(?:environment variable|env var|setting|ENV\\[)${QUOTE} ?${QUOTE}${NAME}${QUOTE}\\]? (?:is )?(?:not|missing|required)`,
    'i',
  ),
  new RegExp(`(?:environment variable|env var) not (?:found|set|present): ${QUOTE}${NAME}\\b`, 'i'),
  new RegExp(`KeyError: ${QUOTE}${NAME}${QUOTE}`),
  new RegExp(`key not found: ${QUOTE}${NAME}${QUOTE}`),
  new RegExp(`\\b${NAME}: (?:unbound variable|parameter (?:null or )?not set)`),
];
/** Words in capitals that are no variables, and words after which `set` means the opposite. */
const NO_NAMES = new Set([
  'ERROR',
  'FATAL',
  'WARN',
  'WARNING',
  'INFO',
  'DEBUG',
  'HTTP',
  'HTTPS',
  'JSON',
  'SQL',
  'TLS',
  'SSL',
  'URL',
  'API',
  'TCP',
  'POST',
  'GET',
  'PUT',
]);
const NEGATIVE =
  /missing|not |unset|undefined|required|must|has to|needs to|unbound|KeyError|null|empty|cannot|can't|expected/i;

/** The variable that an app says it misses, with the line; undefined when no line says so. The last one counts. */
export function missingVariable(lines: readonly string[]): Clue<string> | undefined {
  return lastClue(lines, (line) => {
    if (!NEGATIVE.test(line)) return undefined;
    for (const pattern of MISSING) {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined && name === name.toUpperCase() && !NO_NAMES.has(name)) return name;
    }
    return undefined;
  });
}

/** A line and what was read out of it. */
export interface Clue<T> {
  readonly value: T;
  readonly line: string;
}

/** A port counts behind the word, an address or a URL; the minutes of a time do not. */
const LISTENING =
  /\b(?:listen(?:ing|s)|running|started|serving|bound|available|ready)\b[^\n]{0,80}?(?:\bport(?:\(s\))?:? ?|\bon:? :?|https?:\/\/[^\s/:]+:|\blocalhost:|(?:\d{1,3}\.){3}\d{1,3}:|\[?::\]?:|\*:)(\d{2,5})\b(?![.:]\d)/i;

/** The ports on which an app says that it listens, each with the last line that says so. */
export function listeningPorts(lines: readonly string[]): readonly Clue<number>[] {
  const ports = new Map<number, Clue<number>>();
  for (const line of lines) {
    const port = Number(LISTENING.exec(line)?.[1] ?? Number.NaN);
    if (port > 0 && port <= 65_535) ports.set(port, { value: port, line: line.trim() });
  }
  return [...ports.values()];
}

/** How docker-container-healthchecker words a process that listens elsewhere than expected. */
const ELSEWHERE =
  /container listening on (?:un)?expected IPv\d interface with an unexpected port: expected=\S*?(\d+) actual=(\S+)/;

/** Where Dokku's own check expected the app and where it found it. */
export function listensElsewhere(
  own: readonly string[],
): Clue<{ expected: number; actual: string }> | undefined {
  return lastClue(own, (line) => {
    const [, expected, actual] = ELSEWHERE.exec(line) ?? [];
    return expected === undefined || actual === undefined
      ? undefined
      : { expected: Number(expected), actual };
  });
}

/** The port of `5001`, `127.0.0.1:5001` or `:::5001`. */
export function portOf(address: string): number | undefined {
  const port = Number(/(\d+)$/.exec(address)?.[1] ?? Number.NaN);
  return port > 0 && port <= 65_535 ? port : undefined;
}

export const memoryLine = (lines: readonly string[]): Clue<string> | undefined =>
  matching(
    lines,
    /heap out of memory|\bout of memory\b|OutOfMemoryError|cannot allocate memory|MemoryError|\bOOM(?:Killed|-killer)?\b|signal: killed|^Killed$|exit(?:ed with)? code:? ?137/i,
  );

export const diskLine = (lines: readonly string[]): Clue<string> | undefined =>
  matching(lines, /no space left on device|\bENOSPC\b|disk quota exceeded/i);

/** Lines of an app that cannot reach what it depends on. */
export const refusedLine = (lines: readonly string[]): Clue<string> | undefined =>
  matching(
    lines,
    /connection refused|ECONNREFUSED|could not connect to server|could not translate host name|ENOTFOUND|EAI_AGAIN|no route to host|server closed the connection unexpectedly|database .*(?:down|unavailable)|db down/i,
  );

/** A line that says itself that something went wrong. */
export const errorLine = (lines: readonly string[]): Clue<string> | undefined =>
  matching(
    lines,
    /\b(?:fatal|panic|error|exception|traceback|failed|cannot|can't|unable|denied|segfault|abort(?:ed)?|undefined)\b|Error:/i,
  );

function matching(lines: readonly string[], pattern: RegExp): Clue<string> | undefined {
  return lastClue(lines, (line) => pattern.exec(line)?.[0]);
}

function lastClue<T>(lines: readonly string[], read: (line: string) => T | undefined): Clue<T> | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    const value = read(line);
    if (value !== undefined) return { value, line: line.trim() };
  }
  return undefined;
}
