import type { Locks } from '../../application/locks.ts';
import type { AuditLog, DokkuClient } from '../../application/ports.ts';
import type { Secrets } from '../../application/secrets.ts';
import type { WorkContext } from '../../application/workflows/backup-context.ts';
import { carryOut } from '../../application/workflows/backup-work.ts';
import { Lease } from '../state/lease.ts';
import { BackupFolder, type BackupSpec } from './backup-job.ts';
import { LineBatch } from './line-batch.ts';
import { settleBackup } from './settle-backup.ts';

/** The host of a job and the dumps beside it, as the composition root opens them. */
export interface BackupTools extends Omit<WorkContext, 'signal'> {
  readonly client: DokkuClient;
  readonly secrets: Secrets;
}

export interface BackupKeeperDeps {
  readonly open: (spec: BackupSpec) => BackupTools;
  readonly locks: Locks;
  readonly audit: AuditLog;
}

/** How often it is looked whether the work was canceled. */
const LOOK_MS = 250;

/**
 * Carries one export, import or test restore to its end, and settles it. Does nothing when another keeper has the job:
 * its ticket is taken before anything is sent, so that no other process can ever send it again.
 */
export async function keepBackup(folder: string, { open, locks, audit }: BackupKeeperDeps): Promise<void> {
  const job = new BackupFolder(folder);
  const spec = await job.spec();
  if (spec === undefined) return;
  const lease = await Lease.take(folder, 'keeper');
  if (lease === undefined) return;
  const canceled = new AbortController();
  const look = setInterval(() => {
    job.isCanceled().then(
      (is) => is && canceled.abort(),
      () => undefined,
    );
  }, LOOK_MS);
  try {
    if ((await job.takeTicket()) === undefined) return;
    const { client, secrets, ...context } = open(spec);
    try {
      const batch = new LineBatch((lines) => job.output.append(lines));
      const end = await carryOut(spec.work, {
        ...context,
        client,
        locks,
        signal: canceled.signal,
        began: (step) => job.writeBegun(step),
        named: (file) => job.writeFileName(file),
        // A service that is made prints its address with the password, which would stay on this disk.
        say: (line) => batch.add(secrets.mask(line)),
      });
      await batch.flush();
      await job.writeEnd(secrets.maskValue(end));
      await settleBackup(job, { context: { ...context, signal: new AbortController().signal }, audit });
    } finally {
      await client.close();
    }
  } finally {
    clearInterval(look);
    lease.release();
  }
}
