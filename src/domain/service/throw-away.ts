import type { ServiceKey } from './service.ts';

const prefix = 'mcp-restore-test-';

/** The service into which a backup is restored to see whether it can be: ours by its name, of no use afterwards. */
export function throwAwayFor({ type }: ServiceKey, sha256: string): ServiceKey {
  return { type, name: `${prefix}${sha256.slice(0, 8)}` };
}

/** True for a service that only a test restore makes; nothing in it is worth keeping. */
export function isThrowAway(name: string): boolean {
  return new RegExp(`^${prefix}[0-9a-f]{8}$`).test(name);
}
