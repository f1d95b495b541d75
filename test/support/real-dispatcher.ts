import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Dispatched } from '../../src/infrastructure/dokku/dispatcher.ts';

const script = fileURLToPath(new URL('./dispatcher.sh', import.meta.url));

/**
 * What the bash, xargs and echo of this machine make of SSH command strings, by the steps of the `dokku` script.
 * Lines must not hold NUL. Throws when the script fails or its answer is not whole.
 */
export function realDispatch(lines: readonly string[]): Dispatched[] {
  const run = spawnSync('bash', [script], {
    input: lines.map((line) => `${line}\0`).join(''),
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`dispatcher.sh: ${run.stderr.toString()}`);
  const fields = run.stdout.toString('utf8').split('\0');
  const take = (): string => {
    const field = fields.shift();
    if (field === undefined) throw new Error('dispatcher.sh: the answer is cut short');
    return field;
  };
  return lines.map(() => {
    const [app, force, quiet, trace, git, rootOnly, stderr, count] = Array.from({ length: 8 }, take);
    return {
      flags: {
        ...(app === '' ? {} : { app: app! }),
        force: force === '1',
        quiet: quiet === '1',
        trace: trace === '1',
      },
      git: git === '1',
      rootOnly: rootOnly === '1',
      stderr: stderr!.replace(/\.$/, ''),
      argv: Array.from({ length: Number(count) }, take),
    };
  });
}
