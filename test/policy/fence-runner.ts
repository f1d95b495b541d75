import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decision, type FenceOptions } from '../../src/infrastructure/dokku/fence/fence.ts';

/** What the fence says to each line, all of them in one shell; lines hold no line break. */
export function runFence(options: FenceOptions, lines: readonly string[], shell = 'dash'): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'fence-'));
  try {
    writeFileSync(
      join(folder, 'fence.sh'),
      `${decision(options)}
while IFS= read -r asked; do
  if decide "$asked"; then echo yes; else printf 'no %s\\n' "$why"; fi
done
`,
    );
    const run = spawnSync(shell, [join(folder, 'fence.sh')], {
      input: lines.map((line) => `${line}\n`).join(''),
      env: { LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
    });
    const answers = run.stdout.toString().trimEnd().split('\n');
    if (run.status !== 0 || run.stderr.length > 0 || answers.length !== lines.length) {
      throw new Error(
        `${shell} ended with ${run.status} after ${answers.length} of ${lines.length}: ${run.stderr}`,
      );
    }
    return answers.map((answer) => answer === 'yes');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
