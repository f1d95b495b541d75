import { DomainError } from '../../domain/errors.ts';
import type { Command, CommandResult, DokkuClient, ExecuteOptions } from '../ports.ts';
import type { Rights } from '../rights.ts';

export interface GuardedClientOptions {
  readonly rights: Rights;
  /** The tool that the commands are sent for; absent for the repositories, which serve all of them. */
  readonly tool?: string;
  /** Also sends reads of all apps whose answer its user filters (see `guardApps`). */
  readonly filtered?: boolean;
}

/**
 * A client that cannot send what the policy denies, whatever operation asks it to. Near names in errors are those of
 * visible apps only. Faults: POLICY_DENIED besides those of the client.
 */
export function guardClient(client: DokkuClient, options: GuardedClientOptions): DokkuClient {
  const { rights, tool, filtered = false } = options;
  if (rights.open) return client;
  const execute = async (command: Command, how?: ExecuteOptions): Promise<CommandResult> => {
    if (!(filtered && rights.filters(command))) permits(rights, command, tool);
    try {
      return await client.execute(command, how);
    } catch (error) {
      throw withoutHidden(error, rights);
    }
  };
  return {
    host: client.host,
    execute,
    about: (signal) => client.about(signal),
    close: () => client.close(),
  };
}

/** True when a person has to be asked first. Faults: POLICY_DENIED when the policy denies this argv. */
export function permits(rights: Rights, command: Command, tool?: string): boolean {
  const { verdict, rule, apps } = rights.judge(command, tool);
  if (verdict !== 'deny') return verdict === 'confirm';
  throw denied(`dokku ${[command.name, ...apps].join(' ')}`, rule);
}

export function denied(what: string, rule: string): DomainError {
  return new DomainError('POLICY_DENIED', {
    what,
    rule,
    wayOut: 'policy_explain tells what is allowed instead; only who runs this server can change its policy.',
  });
}

function withoutHidden(error: unknown, rights: Rights): unknown {
  if (!DomainError.is(error, 'APP_NOT_FOUND') || error.details.nearest === undefined) return error;
  const nearest = error.details.nearest.filter((app) => rights.sees(app));
  return new DomainError('APP_NOT_FOUND', { ...error.details, nearest });
}
