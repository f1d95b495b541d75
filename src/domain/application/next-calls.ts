import type { AppFacts, NextCall } from './cause.ts';

/* The calls that mend an app, each in one place. */

const call = (tool: string, args: Readonly<Record<string, unknown>>): NextCall => ({ tool, arguments: args });

export const start = (app: string): NextCall => call('ps_control', { app, action: 'start' });
export const restart = (app: string): NextCall => call('ps_control', { app, action: 'restart' });
export const readOutput = (app: string, id: string): NextCall =>
  call('deploy_status', { app, id, tail: 200 });
export const readLog = (app: string, process: string): NextCall => call('logs_read', { app, process });
export const unlock = (app: string): NextCall => call('apps_set', { app, action: 'unlock' });
export const scale = (app: string, type: string): NextCall =>
  call('ps_scale', { app, processes: { [type]: 1 } });
export const setPorts = (app: string, ports: readonly string[]): NextCall =>
  call('ports_set', { app, action: 'set', ports: [...ports] });
export const enableProxy = (app: string): NextCall => command('proxy:enable', [app]);
export const startService = (type: string, name: string): NextCall => command(`${type}:start`, [name]);
export const cleanUp = (): NextCall => command('cleanup', []);

/** The domain is an example: only the operator knows which one leads to the host. */
export const addDomain = (app: string): NextCall =>
  call('domains_set', { app, action: 'add', domains: [`${app.replaceAll('.', '-')}.example.com`] });

/** The value comes from the environment of the server, so that it passes through no conversation. */
export const setVariable = (app: string, name: string): NextCall =>
  call('config_set', { app, values: { [name]: { env: name } } });

export const raiseMemory = (app: string, process: string | undefined, limit: string): NextCall =>
  call('ps_set', { app, ...(process === undefined ? {} : { process }), limit: { memory: limit } });

/** Dokku fetches a new certificate; one that was given by hand has to be given again. */
export const renewCertificate = (app: string): NextCall => command('letsencrypt:enable', [app]);

export const readVariables = (app: string): NextCall => call('config_get', { app });

/** Deploys once more what the failed deploy was made from, after it was mended. */
export function deployAgain({ application: { name }, failed }: AppFacts): NextCall {
  const own = failed?.output.own ?? [];
  const image = first(own, /^ !\s+Failed to pull image: (\S+)$/);
  if (image !== undefined) return call('deploy_start', { app: name, image: image[0] });
  const git = first(own, /^(?:-----> Cloning| {7}Fetching remote code for) \S+ from (\S+?)#(\S+)$/);
  // Images come to an app through a repository that Dokku makes of them under /tmp.
  if (git?.[0] !== undefined && /^[a-z]+:\/\/|@/.test(git[0])) {
    return call('deploy_start', {
      app: name,
      git_url: git[0],
      ...(git[1] === undefined ? {} : { ref: git[1] }),
    });
  }
  return call('deploy_start', { app: name, rebuild: true });
}

function first(lines: readonly string[], pattern: RegExp): readonly string[] | undefined {
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) return found.slice(1);
  }
  return undefined;
}

function command(name: string, args: readonly string[]): NextCall {
  return call('command_execute', { name, args: [...args] });
}
