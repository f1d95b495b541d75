import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MuxUnavailable } from './carrier.ts';
import { isSocketTrouble } from './diagnose.ts';
import { KeptOutput } from './kept-output.ts';
import { escapePercent, type SshTarget, sshOptions } from './ssh-arguments.ts';

const stderrBytes = 16 * 1024;
const pollMs = 5;
const loginMs = 45_000;
const stopMs = 2000;

/** ssh binds a temporary name (the path, a dot and 16 characters) before it renames it; macOS allows 104 bytes with NUL. */
const longestPath = 104 - 17 - 1;

/**
 * Ties ssh to our life: the shell waits for ssh, and a second one for the end of the pipe that is its standard input.
 * The kernel closes that pipe when we die, however we die, and then ssh is told to end. The private directory goes too.
 */
const tiedToOurLife = `
dir=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
master=$!
( exec >/dev/null 2>&1; while read -r line <&3; do :; done; kill "$master" ) &
watcher=$!
exec 3<&- </dev/null
wait "$master"
status=$?
kill "$watcher" 2>/dev/null
rm -f "$dir/s"
rmdir "$dir" 2>/dev/null
exit $status
`;

/** ssh ended before it had a control socket; `stderr` says why. */
export class MasterFailed extends Error {
  override readonly name = 'MasterFailed';
  readonly stderr: string;

  constructor(stderr: string) {
    super('ssh ended before the login was done');
    this.stderr = stderr;
  }
}

/** One running ssh master with a control socket of its own in a directory that only we can enter. */
export class Master {
  readonly socketPath: string;
  /** Resolves when the process has ended, with what it said on stderr. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #over = false;

  private constructor(child: ChildProcess, socketPath: string) {
    this.#child = child;
    this.socketPath = socketPath;
    const said = new KeptOutput(stderrBytes);
    child.stderr?.on('data', (chunk: Buffer) => said.add(chunk));
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const done = (): void => {
        this.#over = true;
        resolve(said.kept().data.toString());
      };
      child.once('error', (error) => {
        said.add(Buffer.from(`${error.message}\n`));
        done();
      });
      child.once('close', done);
    });
  }

  /**
   * Starts ssh and resolves when the login is done and the control socket is there.
   * An aborted signal gives the login up. Rejects with MuxUnavailable when the socket cannot be had here, with MasterFailed when ssh gave up.
   */
  static async start(target: SshTarget, baseDir: string, signal: AbortSignal): Promise<Master> {
    const directory = await privateDirectory(baseDir);
    const socketPath = join(directory, 's');
    if (Buffer.byteLength(socketPath) > longestPath) {
      await rm(directory, { recursive: true });
      throw new MuxUnavailable(`the path of the control socket would be too long: ${socketPath}`);
    }
    const ssh = ['ssh', ...sshOptions(target, 'INFO'), '-N', '-M', '-S', escapePercent(socketPath)];
    const child = spawn('sh', ['-c', tiedToOurLife, 'sh', directory, ...ssh, '--', target.destination], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    const master = new Master(child, socketPath);
    try {
      await master.#socketAppears(signal);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
    master.#doNotKeepProcessAlive();
    return master;
  }

  /** Ends ssh and waits for it; kills it when it does not end by itself within two seconds. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const waiting = new AbortController();
    await Promise.race([
      this.ended,
      sleep(stopMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    if (this.#over || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group is gone already, which is what was wanted.
    }
    await this.ended;
    await rm(dirname(this.socketPath), { recursive: true, force: true });
  }

  async #socketAppears(signal: AbortSignal): Promise<void> {
    const giveUpAt = performance.now() + loginMs;
    while (!(await exists(this.socketPath))) {
      if (this.#over) {
        const stderr = await this.ended;
        throw isSocketTrouble(stderr) ? new MuxUnavailable(stderr.trim()) : new MasterFailed(stderr);
      }
      if (signal.aborted || performance.now() > giveUpAt) {
        await this.stop();
        throw new MasterFailed(
          signal.aborted ? 'the login was given up' : `no login within ${loginMs / 1000} s`,
        );
      }
      await sleep(pollMs);
    }
  }

  #doNotKeepProcessAlive(): void {
    this.#child.unref();
    for (const pipe of [this.#child.stdin, this.#child.stderr]) {
      if (pipe instanceof Socket) pipe.unref();
    }
  }
}

async function privateDirectory(baseDir: string): Promise<string> {
  try {
    return await mkdtemp(join(baseDir, 'dk-'));
  } catch (cause) {
    throw new MuxUnavailable(`no private directory could be made in ${baseDir}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
