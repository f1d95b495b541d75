import type { CommandInfo } from '../../../application/ports.ts';
import type { Subject } from '../../../domain/policy/decide.ts';
import type { Policy } from '../../../domain/policy/policy.ts';
import { measuring } from './measuring.ts';
import { permit } from './permit.ts';
import { reading } from './reading.ts';
import { table } from './table.ts';
import { wall } from './wall.ts';

export interface FenceOptions {
  readonly policy: Policy;
  readonly subject: Subject;
  readonly commands: readonly CommandInfo[];
  /** Nothing that a person has to be asked for, and no read of all apps that the server would filter. */
  readonly strict: boolean;
  /** What runs when the policy allows: Dokku on the host. */
  readonly dokku: string;
}

/**
 * A POSIX shell script that stands as forced command in front of Dokku's own and lets through only what the policy
 * allows this role on this host. It needs no other program, and hands the line on unchanged.
 */
export function fence(options: FenceOptions): string {
  const { subject, strict, dokku } = options;
  return `#!/bin/sh
# Fence of dokku-mcp for the role ${subject.role} on the host ${subject.host}${strict ? ', strict' : ''}. Made by "dokku-mcp policy fence";
# make it again when the policy changes. It stands in ~dokku/.ssh/authorized_keys in the place of Dokku's own program:
#   command="FINGERPRINT=... NAME=\\"laptop\\" /home/dokku/fence.sh",no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding ssh-ed25519 ...
# and must belong to root, so that nothing Dokku runs can change it.
${decision(options)}

if [ "\${LC_ALL+set}" ]; then locale=$LC_ALL; fi
LC_ALL=C
if [ -z "\${SSH_ORIGINAL_COMMAND:-}" ]; then
  printf ' !     The fence of this key refuses it: no command was given\\n' >&2
  exit 1
fi
if decide "$SSH_ORIGINAL_COMMAND"; then
  if [ "\${locale+set}" ]; then LC_ALL=$locale; else unset LC_ALL; fi
  unset IFS
  exec ${dokku} $SSH_ORIGINAL_COMMAND
fi
printf ' !     The fence of this key refuses %s: %s\\n' "\${name:-it}" "$why" >&2
exit 1
`;
}

/** The functions alone, of which `decide LINE` tells whether a line may pass. */
export function decision({ policy, subject, commands, strict }: FenceOptions): string {
  return [
    'set -f',
    "IFS=' '",
    table(commands),
    permit(policy, subject, strict),
    measuring,
    wall,
    reading,
  ].join('\n\n');
}
