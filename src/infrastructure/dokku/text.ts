import type { Command, DokkuClient } from '../../application/ports.ts';
import { unexpected } from './report.ts';

/** Reports over all apps are long: about 500 bytes an app. */
const keepBytes = 16 * 1024 * 1024;

/** Text of one command, whole. Faults: those of the client, and UNEXPECTED_OUTPUT. */
export async function text(
  client: DokkuClient,
  command: Command,
  signal?: AbortSignal,
  deadlineMs?: number,
): Promise<string> {
  const { stdout, truncated } = await client.execute(command, {
    keepBytes,
    ...(signal === undefined ? {} : { signal }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  if (truncated) throw unexpected(command.name, 'it is longer than expected', stdout);
  return stdout;
}
