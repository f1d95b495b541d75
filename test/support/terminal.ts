import { spawn } from 'node:child_process';

export interface TerminalResult {
  readonly code: number | null;
  /** Everything that a person would see. */
  readonly screen: string;
}

/**
 * Runs `dist/main.mjs` with these words in a terminal of its own (util-linux `script`), and types one line when `until`
 * is on the screen.
 */
export async function inTerminal(
  words: readonly string[],
  typing: { readonly until: string; readonly line: string },
  env: Readonly<Record<string, string>>,
): Promise<TerminalResult> {
  const command = [process.execPath, 'dist/main.mjs', ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let typed = false;
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    if (typed || !screen.includes(typing.until)) return;
    typed = true;
    child.stdin.write(`${typing.line}\n`);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen };
}
