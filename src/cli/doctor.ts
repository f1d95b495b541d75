import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { diagnoseHost, type Finding } from '../application/workflows/doctor.ts';
import { open } from '../compose.ts';
import { common, flags, print } from './options.ts';

const MARK = { ok: '✓', warning: '!', failed: '✗' } as const;

/** `doctor`: what is wrong with the connection to each host, and how to mend it. Exit 0 when nothing failed. */
export function doctorCommand(program: Command, done: (code: number) => void): void {
  common(program.command('doctor'))
    .description('check the way to your hosts')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      const findings: Finding[] = local(product.hosts);
      for (const host of product.hosts) findings.push(...(await diagnoseHost(product.host(host))));
      await product.close();
      const ok = findings.every(({ status }) => status !== 'failed');
      if (options.json === true) print(JSON.stringify({ ok, findings }, null, 2));
      else for (const finding of findings) print(line(finding));
      done(ok ? 0 : 1);
    });
}

/** What can be said before any connection. */
function local(hosts: readonly string[]): Finding[] {
  const ssh = spawnSync('ssh', ['-V'], { encoding: 'utf8' });
  return [
    ssh.error === undefined
      ? { check: 'ssh', status: 'ok', detail: ssh.stderr.trim() }
      : {
          check: 'ssh',
          status: 'failed',
          detail: 'there is no ssh program on this machine',
          fix: 'Install the OpenSSH client.',
        },
    hosts.length > 0
      ? { check: 'hosts', status: 'ok', detail: hosts.join(', ') }
      : {
          check: 'hosts',
          status: 'failed',
          detail: 'no host is configured',
          fix: 'Set DOKKU_HOST=dokku@your-host or pass --host.',
        },
  ];
}

function line({ status, check, host, detail, fix }: Finding): string {
  const where = host === undefined ? '' : ` (${host})`;
  const mend = fix === undefined ? '' : `\n    → ${fix}`;
  return `${MARK[status]} ${check}${where}: ${detail}${mend}`;
}
