import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { runForcedCommand } from '../../src/infrastructure/simulator/forced-command.ts';

/**
 * The program that a test's sshd runs for every login. DOKKU_SIMULATOR_SOCKET names the host's socket, and
 * DOKKU_SIMULATOR_LOG a file that gets every command line as sshd handed it over, one JSON string a line.
 */
const log = process.env.DOKKU_SIMULATOR_LOG;
if (log !== undefined) appendFileSync(log, `${JSON.stringify(process.env.SSH_ORIGINAL_COMMAND ?? '')}\n`);
process.exitCode = await runForcedCommand({
  socketPath: process.env.DOKKU_SIMULATOR_SOCKET ?? '',
  line: process.env.SSH_ORIGINAL_COMMAND ?? '',
  tty: process.stdin.isTTY,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
process.stdin.destroy();
