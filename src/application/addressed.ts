import type { Deployment } from '../domain/application/deployment.ts';
import type { Context } from './context.ts';

type Place = Pick<Context, 'host' | 'hosts'>;

/** The arguments of a call to this host: `host` is one of them where several are configured, and else no tool knows it. */
export function addressed(
  args: Readonly<Record<string, unknown>>,
  { host, hosts }: Place,
): Record<string, unknown> {
  return hosts.length > 1 ? { ...args, host } : { ...args };
}

/** The call that follows a deploy or another job of an app, as a model or a person makes it. */
export function followCall({ app, id }: Pick<Deployment, 'app' | 'id'>, place: Place): string {
  return writtenCall('deploy_status', { app, id }, place);
}

/** A call in one line. */
export function writtenCall(tool: string, args: Readonly<Record<string, unknown>>, place: Place): string {
  const words = Object.entries(addressed(args, place)).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `${tool} {${words.join(', ')}}`;
}
