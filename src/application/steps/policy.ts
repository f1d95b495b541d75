import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../pipeline.ts';

export interface Access {
  /** No change at all, whatever its effect. */
  readonly readOnly: boolean;
}

/** True when the operation may be listed: the same rule that refuses the call. */
export function isAllowed(operation: { readonly kind: 'query' | 'change' }, access: Access): boolean {
  return operation.kind === 'query' || !access.readOnly;
}

/** Refuses, by name, what is not listed: hiding a tool is no protection. A plan changes nothing and is allowed. */
export function policy(access: Access): Step {
  return (call, next) => {
    if (!isAllowed(call.operation, access) && call.mode === 'apply') {
      throw new DomainError('POLICY_DENIED', {
        what: call.operation.name,
        rule: 'this server is read-only',
      });
    }
    return next();
  };
}
