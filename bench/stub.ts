import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** How long the stub computes for a typical command: what a flat Dokku command costs on its host (measured). */
export const typicalMs = 40;

/** How long the dump of `postgres:export` is. */
export const dumpBytes = 200 * 1024 * 1024;

const bulkLine = `${'2026-11-23T19:16:00.000Z app[web.1]: a line of a log, about as long as they are '.padEnd(99, '.')}\n`;

/** What the stub prints for `tiny` and for a report: as much as the JSON of a Dokku report. */
export const body = `${JSON.stringify({ note: 'x'.repeat(2128) })}\n`;

/**
 * A stand-in for the dokku script: a bash script that finds its command in SSH_ORIGINAL_COMMAND, as the forced command
 * of an sshd does. It notes every command in a log, which has to hold each command exactly once in the end.
 *
 *     tiny NAME              answers at once
 *     domains:report NAME    computes 40 ms, then answers
 *     bulk NAME BYTES        prints so many bytes of lines
 *     postgres:export NAME   prints a dump of 200 MB
 *     postgres:import NAME   reads whatever it is given
 */
export class Stub {
  readonly path: string;
  readonly #log: string;
  readonly #issued: string[] = [];
  readonly #perhaps = new Set<string>();
  #next = 0;

  constructor(directory: string) {
    this.path = join(directory, 'dokku-stub');
    this.#log = join(directory, 'commands.log');
    writeFileSync(this.#log, '');
    writeFileSync(this.path, script(this.#log, turnsPerMs() * typicalMs));
    chmodSync(this.path, 0o755);
  }

  /** A name nobody has used before, so that no cache can answer. */
  name(prefix: string): string {
    this.#next += 1;
    return `${prefix}-${this.#next}`;
  }

  /** A command line that will be run exactly once. */
  issue(command: string, prefix: string): string {
    const line = `${command} ${this.name(prefix)}`;
    this.#issued.push(line);
    return line;
  }

  /** A command line for somebody who may fail before it reaches the host. */
  issuePerhaps(command: string, prefix: string): string {
    const line = `${command} ${this.name(prefix)}`;
    this.#perhaps.add(line);
    return line;
  }

  /** Lines that somebody else made and sent. */
  issued(lines: readonly string[]): void {
    this.#issued.push(...lines);
  }

  /** Throws unless every command that was issued has run exactly once, and nothing else has. */
  verify(): void {
    const ran = readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
    const certain = ran.filter((line) => !this.#perhaps.has(line)).sort();
    const issued = [...this.#issued].sort();
    const differs = certain.findIndex((line, index) => line !== issued[index]);
    const twice = ran.length - new Set(ran).size;
    if (twice === 0 && differs < 0 && certain.length === issued.length) return;
    const hint = certain[differs] ?? issued[certain.length];
    throw new Error(
      `The stub ran ${certain.length} commands of ${issued.length} (${twice} twice), first unequal: ${hint}. These numbers prove nothing.`,
    );
  }

  /**
   * Runs a command on this machine as sshd would, by the login shell: the floor that every way over SSH is measured
   * against.
   */
  runHere(line: string): Promise<string> {
    return output(userInfo().shell ?? '/bin/sh', ['-c', this.path], {
      PATH: process.env.PATH ?? '',
      SSH_ORIGINAL_COMMAND: line,
    });
  }
}

/** Standard output of a program that has to succeed. Standard input is empty. */
export function output(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const chunks: Buffer[] = [];
    const words: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`exit ${code}: ${Buffer.concat(words).toString().trim()}`));
    });
  });
}

/** Throws unless the stub's whole answer came back. */
export function expectBody(text: string): void {
  if (text !== body)
    throw new Error(`A wrong answer came back: ${text.length} bytes, ${body.length} expected.`);
}

function script(log: string, turns: number): string {
  return `#!/bin/bash
read -r command name bytes <<<"$SSH_ORIGINAL_COMMAND"
printf '%s\\n' "$SSH_ORIGINAL_COMMAND" >>'${log}'
case $command in
  tiny) ;;
  domains:report) for ((turn = 0; turn < ${Math.round(turns)}; turn++)); do :; done ;;
  bulk) yes '${bulkLine.trimEnd()}' | head -c "$bytes"; exit 0 ;;
  postgres:export) printf PGDMP; yes '${bulkLine.trimEnd()}' | head -c ${dumpBytes - 5}; exit 0 ;;
  postgres:import) cat >/dev/null; exit 0 ;;
  *) echo "no such command: $command" >&2; exit 1 ;;
esac
printf '%s' '${body.trimEnd()}'
echo
`;
}

/** How many turns of an empty loop bash makes in a millisecond on this machine, undisturbed. */
function turnsPerMs(): number {
  const turns = 100_000;
  const fastest = (count: number): number =>
    Math.min(
      ...Array.from({ length: 7 }, () => {
        const startedAt = performance.now();
        execFileSync('bash', ['-c', `for ((turn = 0; turn < ${count}; turn++)); do :; done`], {
          stdio: 'ignore',
        });
        return performance.now() - startedAt;
      }),
    );
  return turns / (fastest(turns) - fastest(0));
}
