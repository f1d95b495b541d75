import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One that runs. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** What it has said on standard error until now. */
  readonly said: () => string;
  readonly result: Promise<CliResult>;
}

/** Runs `dist/main.mjs` with these words, with nothing of the caller's configuration and no terminal. */
export async function runCli(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return await startCli(words, env).result;
}

/** The same for a test that has something to do while it runs. */
export function startCli(words: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
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
  const result = new Promise<CliResult>((resolve) => {
    child.once('close', (code) => {
      rmSync(home, { recursive: true, force: true });
      resolve({ code, stdout, stderr });
    });
  });
  return { child, said: () => stderr, result };
}
