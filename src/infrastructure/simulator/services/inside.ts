import { runInContainer, type ShellResult } from '../deploy/shell.ts';
import type { Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { logLines, momentOf, quietly } from './container.ts';
import { holdTerminal } from './creation.ts';
import { requireExec } from './docker-faults.ts';
import type { DatastorePlugin } from './plugin.ts';
import type { ClientResult } from './server.ts';
import { complainOfId, containerOf, requireService } from './target.ts';

/* Commands that look into a service's container: connect, enter and logs. */

/** `connect <service>`: the database's client; further words do nothing. */
export async function connect(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0]);
  const { service } = target;
  requireExec(call, target);
  await call.sleep(plugin.costs.connect);
  const moment = momentOf(call, containerOf(call.host, target));
  if (call.tty) {
    call.out(plugin.server.banner(service));
    return holdTerminal(call, target);
  }
  return print(call, plugin.server.connect(service, call.stdin.toString('utf8'), moment));
}

function print(call: Invocation, { output, exit }: ClientResult): number {
  for (const { stream, text } of output) {
    if (stream === 'stdout') call.out(text);
    else call.err(text);
  }
  return exit;
}

/** `enter <service> [command]`: without a terminal the command gets no input. */
export async function enter(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0], 'SERVICE must not be empty');
  const { service } = target;
  quietly(call, info('Filesystem changes may not persist after container restarts'));
  complainOfId(call, target);
  const { container } = service;
  if (container === undefined) fail(call, 'Service container does not exist');
  if (container.state !== 'running' && container.state !== 'restarting') {
    fail(call, 'Service container is not running');
  }
  requireExec(call, target);
  await call.sleep(180);
  const words = call.args.slice(1);
  if (call.tty && words.length === 0) return holdTerminal(call, target);
  const argv = words.length === 0 ? ['/bin/bash'] : words;
  const client = plugin.server.program(service, argv, momentOf(call, container));
  if (client !== undefined) return print(call, client);
  const shell = /^(\/bin\/)?(ba)?sh$/.test(argv[0] ?? '');
  const { directory } = plugin.server;
  const result = runInContainer(argv, {
    environment: shell ? { ...container.environment, PWD: directory } : container.environment,
    directory,
    bash: true,
  });
  if (result.missing !== undefined) return refused(call, result.missing);
  return shellResult(call, result);
}

async function shellResult(call: Invocation, result: ShellResult): Promise<number> {
  await call.sleep(result.ms);
  return print(call, result);
}

function refused(call: Invocation, program: string): number {
  const reason = program.startsWith('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH';
  call.out(
    `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": ${reason}: unknown\r\n`,
  );
  return 126;
}

/** `logs <service> [--tail [<lines>]]`: with `--tail` it follows, with any other flag it only takes the number. */
export async function logs(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(85);
  const target = requireService(call, plugin, call.args[0]);
  const [, flag = '', count = 'all'] = call.args;
  complainOfId(call, target);
  const { container } = target.service;
  if (container === undefined) fail(call, 'Service container does not exist');
  if (container.state !== 'running' && container.state !== 'restarting') {
    call.err(warning('Service logs may not be output as service is not running'));
  }
  await call.sleep(40);
  const all = logLines(container, call.host.now());
  const shown = /^\d+$/.test(count) ? (count === '0' ? [] : all.slice(-Number(count))) : all;
  for (const line of shown) call.out(`${line}\n`);
  if (flag !== '-t' && flag !== '--tail') return 0;
  let seen = all.length;
  while (target.service.container === container && ['running', 'restarting'].includes(container.state)) {
    await call.sleep(1000);
    if (call.signal.aborted) return 255;
    const more = logLines(container, call.host.now());
    for (const line of more.slice(seen)) call.out(`${line}\n`);
    seen = more.length;
  }
  return 0;
}
