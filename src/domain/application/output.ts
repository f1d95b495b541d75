/** One block that Dokku puts around the text of a container, a task or a health check. */
export interface Block {
  readonly kind: 'container' | 'task' | 'healthcheck';
  readonly title: string;
  readonly lines: readonly string[];
}

/** A deploy's output taken apart: what Dokku and docker said themselves, and what the app said. */
export interface ParsedOutput {
  /** Lines outside every block: only these decide, because an app can print anything. */
  readonly own: readonly string[];
  readonly blocks: readonly Block[];
}

const START = /^=====> Start of (.+)$/;
const HEALTH_START = '=====> Start healthcheck output';
const END = /^=====> End (?:of .+|healthcheck output)$/;

/** Takes colour codes, other control sequences and carriage returns out of host text. */
export function plainText(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/\r+\n/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}

/**
 * Splits merged deploy output into Dokku's own lines and the blocks of app text. Dokku indents every line inside a
 * block, so a marker at the line's start cannot come from the app there. A block that never ends runs to the end.
 */
export function parseOutput(text: string): ParsedOutput {
  const own: string[] = [];
  const blocks: Block[] = [];
  let open: { kind: Block['kind']; title: string; lines: string[] } | undefined;
  for (const line of plainText(text).split('\n')) {
    const started = START.exec(line)?.[1];
    if (started !== undefined) {
      open = { kind: / task \(/.test(started) ? 'task' : 'container', title: started, lines: [] };
      blocks.push(open);
    } else if (line === HEALTH_START) {
      open = { kind: 'healthcheck', title: 'health check', lines: [] };
      blocks.push(open);
    } else if (END.test(line)) {
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line.replace(/^(?: {7}| !\s{5})/, ''));
    } else {
      own.push(line);
    }
  }
  return { own, blocks };
}

/** Trims, drops empty and repeated lines (Dokku prints crash output twice) and keeps the last `most`. */
export function telling(lines: readonly string[], most: number): string[] {
  const seen = new Set(lines.map((line) => line.trim().slice(0, 300)).filter((line) => line !== ''));
  return [...seen].slice(-most);
}
