import { DomainError } from '../../domain/errors.ts';
import type { Operation } from '../operation.ts';
import type { Step } from '../pipeline.ts';
import { type Caller, WRITE_SCOPE } from '../principal.ts';
import type { Rights } from '../rights.ts';

export interface Access {
  /** No change at all, whatever its effect. */
  readonly readOnly: boolean;
  /** What a caller may do on a host. Absent: all that readOnly lets. */
  readonly rights?: (host: string, caller?: Caller) => Rights;
  /** It is the token of the caller that lets it change nothing. */
  readonly byToken?: boolean;
}

/** The same for one caller. */
export function accessOf({ readOnly, rights }: Access, caller: Caller): Access {
  return {
    readOnly: readOnly || caller.readOnly === true,
    byToken: !readOnly && caller.readOnly === true,
    ...(rights === undefined ? {} : { rights: (host) => rights(host, caller) }),
  };
}

/** True when the operation may be listed: on some of the hosts, for some app, it may be allowed. */
export function isAllowed(
  operation: Pick<Operation, 'name' | 'kind'>,
  { readOnly, rights }: Access,
  hosts: readonly string[] = [],
): boolean {
  if (operation.kind === 'change' && readOnly) return false;
  return rights === undefined || hosts.length === 0 || hosts.some((host) => rights(host).couldUse(operation));
}

/** The refusal of a tool that is not listed. */
export function notAllowed(
  { name, kind }: Pick<Operation, 'name' | 'kind'>,
  { readOnly, byToken }: Access,
): DomainError {
  if (readOnly && kind === 'change' && byToken === true) {
    return new DomainError('POLICY_DENIED', {
      what: name,
      rule: `the token has no scope ${WRITE_SCOPE}`,
      wayOut: 'Only whoever issues the tokens of this server can give one that may change something.',
    });
  }
  return new DomainError('POLICY_DENIED', {
    what: name,
    rule:
      readOnly && kind === 'change'
        ? 'this server is read-only'
        : 'the policy of this server denies everything that it could do',
    wayOut: 'policy_explain tells which rule it is; only who runs this server can change its policy.',
  });
}

/** Refuses, by name, what is not listed: hiding a tool is no protection. A plan changes nothing and is allowed. */
export function policy(general: Access): Step {
  return (call, next) => {
    const { operation, host, mode } = call;
    const access = accessOf(general, call);
    const changes = operation.kind === 'change' && mode === 'apply';
    const refused =
      (access.readOnly && changes) ||
      (!access.readOnly && access.rights?.(host).couldUse(operation) === false);
    if (refused) throw notAllowed(operation, access);
    return next();
  };
}
