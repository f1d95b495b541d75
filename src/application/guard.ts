import { checkKey, checkValue } from '../domain/application/config.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import { isTooOld, reasonAgainstCommand, safeSince } from '../domain/infrastructure/host-access.ts';
import { reasonAgainstServiceWords } from '../domain/service/words.ts';
import type { Context } from './context.ts';
import { permits } from './guarded/client.ts';
import type { Command } from './ports.ts';

/**
 * The last look at every command of a plan, whichever operation made it, so that tools, the command line and plan mode
 * refuse the same. True when the policy wants a person to be asked. Faults: POLICY_DENIED for what the policy denies and
 * for what would open the host or another app, UNSUPPORTED for what a Dokku this old would hand to a shell,
 * INVALID_ARGUMENT for a variable that would spoil the app's configuration and for words by which a plugin would reach
 * another service.
 */
export async function guard(commands: readonly Command[], context: Context, tool?: string): Promise<boolean> {
  let asks = false;
  for (const command of commands) {
    const what = `dokku ${command.name}`;
    asks = permits(context.rights, command, tool) || asks;
    const rule = reasonAgainstCommand(command, context.permissions);
    if (rule !== undefined) throw new DomainError('POLICY_DENIED', { what, rule });
    checkService(command, context);
    checkVariables(command);
    checkCounts(command, context.permissions.maxProcesses);
    const since = safeSince(command);
    if (since === undefined) continue;
    const { version } = await context.client.about(context.signal);
    if (isTooOld(version, since)) {
      throw new DomainError('UNSUPPORTED', {
        what: `${what} with these arguments`,
        needs: `Dokku ${since} or newer (older ones hand them to a shell on the host); this host has ${version}`,
        wayOut: 'Upgrade Dokku on the host.',
      });
    }
  }
  return asks;
}

/** A service's name that is none would reach the data of another service. */
function checkService({ name, args }: Command, { catalogue }: Context): void {
  const bad = reasonAgainstServiceWords(catalogue.find(name)?.synopsis ?? '', args);
  if (bad !== undefined) throw new ValidationError(bad.field, bad.reason);
}

/** The variables of commands that were not made by config_set, held to the same rules. */
function checkVariables({ name, args, stdin }: Command): void {
  if (name === 'config:set') {
    const encoded = args.some((word) => word === '--encoded' || word === '--encoded=true');
    for (const word of args) {
      const [, key, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(word) ?? [];
      if (key === undefined) continue;
      checkKey(key);
      checkValue(key, encoded ? decode(key, value) : value);
    }
  }
  if (name !== 'config:import' || stdin === undefined) return;
  if (
    !args.some(
      (word, index) => word === '--format=json' || (word === 'json' && args[index - 1] === '--format'),
    )
  ) {
    for (const [, key = ''] of stdin.matchAll(/^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/gm))
      checkKey(key);
    return;
  }
  for (const [key, value] of Object.entries(parseObject(stdin))) {
    checkKey(key);
    if (typeof value !== 'string') throw new ValidationError(`stdin.${key}`, 'is not text');
    checkValue(key, value);
  }
}

/** Dokku takes the last of two counts for one process, and any number. */
function checkCounts({ name, args }: Command, most: number): void {
  if (name !== 'ps:scale') return;
  const seen = new Set<string>();
  for (const word of args) {
    const [, type, count] = /^([^-=][^=]*)=(\d+)$/.exec(word) ?? [];
    if (type === undefined) continue;
    const field = `processes.${type}`;
    if (seen.has(type)) throw new ValidationError(field, 'is given twice');
    seen.add(type);
    if (Number(count) > most) {
      throw new ValidationError(field, `more than ${most} instances are not allowed here`, {
        wayOut: 'The limit is security.max_processes in the configuration of this server.',
      });
    }
  }
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new ValidationError('stdin', `is not JSON: ${error instanceof Error ? error.name : 'unreadable'}`);
  }
  throw new ValidationError('stdin', 'is not a JSON object of variables');
}

function decode(key: string, value: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value), (character) => character.charCodeAt(0)));
  } catch {
    throw new ValidationError(`values.${key}`, 'is not base64, which --encoded asks for');
  }
}
