import type { Application } from '../../domain/application/application.ts';
import type { ProxyLog } from '../../domain/application/cause.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import type { Context } from '../context.ts';

const LONGEST_LINE = 1000;
/** Dokku prints the last 20 lines; long requests make them longer than this only in bad faith. */
const keepBytes = 64 * 1024;
const DEADLINE_MS = 10_000;

/**
 * What nginx wrote of an app that runs, 20 lines of either log: two commands, and one for the limit where a body was
 * refused. Undefined for an app that it does not serve. A log that is switched off, or not there yet, is empty.
 */
export async function readProxyLog(app: Application, context: Context): Promise<ProxyLog | undefined> {
  const { state, processes, proxy, name } = app;
  const runs = processes.some((process) => process.type === 'web' && process.state === 'running');
  if (!runs || !proxy.enabled || proxy.type !== 'nginx' || state === 'stopped') return undefined;
  const [errors, requests] = await Promise.all([
    lines('nginx:error-logs', [name], context),
    lines('nginx:access-logs', [name], context),
  ]);
  const refused = errors.some((line) => line.includes('too large body'));
  const [bodyLimit] = refused
    ? await lines('nginx:report', [name, '--nginx-computed-client-max-body-size'], context)
    : [];
  return { errors, requests, ...(bodyLimit === undefined ? {} : { bodyLimit }) };
}

async function lines(
  name: string,
  args: readonly string[],
  { client, signal }: Context,
): Promise<readonly string[]> {
  const { exit, stdout } = await client.execute(
    { name, args },
    { accept: [0, 1], signal, keepBytes, deadlineMs: DEADLINE_MS },
  );
  if (exit !== 0) return [];
  return stdout
    .split('\n')
    .map((line) => cap(sanitizeLine(line), LONGEST_LINE))
    .filter((line) => line.trim() !== '');
}
