import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Canary } from './canaries.ts';

/** Lets a program of ours that knows the canaries fail in each way that nobody handles; all that it printed. */
export async function crashOutput(canaries: readonly Canary[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  const program = join(folder, 'crash.mjs');
  try {
    await build({
      entryPoints: ['test/canaries/crash-program.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const values = canaries.map(({ value }) => value);
    const said = await Promise.all(
      ['throw', 'reject', 'cause', 'text'].map((way) => run(program, way, values)),
    );
    return said.join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(program: string, way: string, values: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, way], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdin.end(JSON.stringify(values));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 1 || !said.includes('dokku-mcp ended because of an error in itself'))
    throw new Error(`the crash "${way}" ended with ${String(code)}: ${said.slice(0, 300)}`);
  return said;
}
