import type { Context } from './context.ts';

/** The arguments of a call to this host: `host` is one of them where several are configured, and else no tool knows it. */
export function addressed(
  args: Readonly<Record<string, unknown>>,
  { host, hosts }: Pick<Context, 'host' | 'hosts'>,
): Record<string, unknown> {
  return hosts.length > 1 ? { ...args, host } : { ...args };
}
