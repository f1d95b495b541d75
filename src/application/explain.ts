import { DomainError } from '../domain/errors.ts';
import type { Verdict } from '../domain/policy/decide.ts';
import type { Operation } from './operation.ts';
import type { Command } from './ports.ts';
import type { Rights } from './rights.ts';
import { showCommand } from './show.ts';
import { lines } from './text.ts';

/** Why something is allowed or not. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly role: string;
  readonly host: string;
  /** The decoded argv that was decided on, secrets masked. */
  readonly argv?: string;
  readonly effect?: string;
  /** The apps that it concerns, or the whole host. */
  readonly concerns?: string;
  /** What the policy says to this role on this host. */
  readonly rules: readonly string[];
}

const asked = {
  allow: 'It is allowed',
  confirm: 'It is allowed after a person agreed',
  deny: 'It is denied',
} as const satisfies Record<Verdict, string>;

/** Decides on a command as the server would, when this tool sends it. */
export function explainCommand(rights: Rights, command: Command, tool?: string): Explanation {
  const { verdict, rule, effect } = rights.judge(command, tool);
  // Without a policy the decision needs no app, and a person wants to know all the same.
  const apps = rights.concerns(command);
  const concerns = apps === undefined ? 'not to be told for sure' : apps.join(', ') || 'the whole host';
  return { ...base(rights), verdict, rule, argv: showCommand(command), effect, concerns };
}

/** Decides on a tool, for one app or for any. */
export function explainTool(rights: Rights, operation: Operation, app?: string): Explanation {
  return { ...base(rights), ...rights.judgeTool(operation, app) };
}

/** A command that cannot even be written down as Dokku would read it. Other errors are thrown again. */
export function explainFailure(rights: Rights, error: unknown): Explanation {
  if (!DomainError.is(error, 'INVALID_ARGUMENT') && !DomainError.is(error, 'POLICY_DENIED')) throw error;
  return { ...base(rights), verdict: 'deny', rule: `it is never sent. ${error.message}. ${error.remedy}` };
}

function base({ subject, told }: Rights): Pick<Explanation, 'role' | 'host' | 'rules'> {
  return { role: subject.role, host: subject.host, rules: told };
}

/** The explanation as a person reads it. */
export function describeExplanation(explanation: Explanation): string {
  const { verdict, rule, role, host, argv, effect, concerns, rules } = explanation;
  const told = rules.map((text) => `\n  ${text}`).join('');
  return lines([
    [asked[verdict], rule],
    ['as Dokku reads it', argv],
    ['effect', effect],
    ['concerns', concerns],
    ['role', `${role}${host === '' ? '' : ` on ${host}`}`],
    ['the policy', told],
  ]);
}
