import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dist/main.mjs` with these words, with nothing of the caller's configuration and no terminal. */
export async function runCli(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const home = mkdtempSync(join(tmpdir(), 'cli-'));
  const child = spawn(process.execPath, ['dist/main.mjs', ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: home, DOKKU_MCP_STATE_DIR: join(home, 'state'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  rmSync(home, { recursive: true, force: true });
  return { code, stdout, stderr };
}
