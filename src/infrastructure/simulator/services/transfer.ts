import { Exit, type Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { momentOf, removeContainer, startService } from './container.ts';
import { requireExec } from './docker-faults.ts';
import type { DatastorePlugin } from './plugin.ts';
import { requireService, type Target } from './target.ts';

/* export, import, and the copy of clone, which is the one piped into the other. */

/** `export <service>`: the dump on standard output, piece by piece as fast as it is read. */
export async function exportService(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0]);
  await exportDump(call, target, async (piece) => {
    call.outBytes(piece);
    await call.sleep(0);
  });
  return 0;
}

/** service_export; ends the command where no program can run in the container. */
export async function exportDump(
  call: Invocation,
  target: Target,
  take: (piece: Buffer) => void | Promise<void>,
): Promise<void> {
  const { plugin, service, containerName } = target;
  requireExec(call, target);
  const container = call.host.serviceContainers.get(containerName);
  await plugin.server.beforeDump?.(call, service, momentOf(call, container));
  await call.sleep(plugin.costs.export);
  for (const piece of plugin.server.dump(service, call.host.now())) await take(piece);
}

/** `import <service>`: the dump from standard input. */
export async function importService(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0]);
  if (call.tty) fail(call, 'No data provided on stdin.');
  return importDump(call, target, call.stdin);
}

/** service_import; within clone a step that fails does not stop it (bash ignores `set -e` left of `||`). */
async function importDump(call: Invocation, target: Target, dump: Buffer, stops = true): Promise<number> {
  const { service, plugin, root } = target;
  const { server, costs } = plugin;
  if (server.restore !== undefined) {
    requireExec(call, target);
    await call.sleep(costs.import);
    const { exit, error } = server.restore(service, dump);
    call.err(error);
    return exit;
  }
  await suppressed(call, (inner) => removeContainer(inner, target));
  await call.sleep(costs.import);
  // The folder belongs to the user of the container from its first start on, with the mode that `create` gave it.
  service.data = server.empty();
  if (!service.groupWritable) {
    call.err(
      `/var/lib/dokku/plugins/enabled/${plugin.name}/functions: line 189: ${root}/data/dump.rdb: Permission denied\n`,
    );
    if (stops) return 1;
  } else {
    server.replace?.(service, dump);
  }
  await suppressed(call, (inner) => startService(inner, target));
  return 0;
}

/** suppress_output: what the work printed on either stream is shown on standard output, only when it fails. */
async function suppressed(call: Invocation, work: (inner: Invocation) => Promise<void>): Promise<void> {
  let text = '';
  const keep = (more: string): void => {
    text += more;
  };
  try {
    await work({ ...call, out: keep, err: keep });
  } catch (error) {
    if (error instanceof Exit) call.out(text);
    throw error;
  }
}

/** The data of one service in the other, without a word and whatever goes wrong. */
export async function copyData(call: Invocation, from: Target, to: Target): Promise<void> {
  const silent: Invocation = { ...call, out: () => undefined, err: () => undefined };
  try {
    const pieces: Buffer[] = [];
    await exportDump(call, from, (piece) => {
      pieces.push(piece);
    });
    await importDump(silent, to, Buffer.concat(pieces), false);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
}
