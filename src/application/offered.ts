import type { Operation } from './operation.ts';
import type { Caller } from './principal.ts';
import { type Access, accessOf, isAllowed } from './steps/policy.ts';

/** The operations that are allowed to a caller and not listed as tools; worked out once for each role. */
export function unlistedFor(
  operations: readonly Operation[],
  access: Access,
  hosts: readonly string[],
): (caller: Caller) => readonly Operation[] {
  const known = new Map<string, readonly Operation[]>();
  return ({ role, readOnly }) => {
    const key = JSON.stringify([role, readOnly]);
    const own = accessOf(access, { ...(role === undefined ? {} : { role }), readOnly: readOnly === true });
    const found =
      known.get(key) ??
      operations.filter((operation) => operation.listed === false && isAllowed(operation, own, hosts));
    known.set(key, found);
    return found;
  };
}
