import { execFile } from 'node:child_process';
import type { DomainError } from '../../domain/errors.ts';
import { diagnose, type ShownKey, shownKey } from './diagnose.ts';
import { type SshTarget, sshOptions } from './ssh-arguments.ts';

const probeMs = 10_000;

/**
 * The failure behind ssh's last words. For an unknown host key it asks the host once more, only to learn the
 * fingerprint it shows; ssh stops at that key again, so no login is tried.
 */
export async function explain(stderr: string, target: SshTarget): Promise<DomainError> {
  const failure = diagnose(stderr, target);
  return failure.code === 'HOST_KEY_UNKNOWN' ? diagnose(stderr, target, await askForKey(target)) : failure;
}

function askForKey(target: SshTarget): Promise<ShownKey | undefined> {
  const args = [...sshOptions(target, 'DEBUG1'), '-S', 'none', '-N', '--', target.destination];
  return new Promise((resolve) => {
    execFile('ssh', args, { timeout: probeMs }, (_error, _stdout, stderr) => resolve(shownKey(stderr)));
  });
}
