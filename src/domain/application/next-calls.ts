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
export const startService = (type: string, service: string): NextCall =>
  call('services_set', { action: 'start', type, service });
export const cleanUp = (): NextCall => command('cleanup', []);

/** The domain is an example: only the operator knows which one leads to the host. */
export const addDomain = (app: string): NextCall =>
  call('domains_set', { app, action: 'add', domains: [`${app.replaceAll('.', '-')}.example.com`] });

/** The value comes from the environment of the server, so that it passes through no conversation. */
export const setVariable = (app: string, name: string): NextCall =>
  call('config_set', { app, values: { [name]: { env: name } } });

export const raiseMemory = (app: string, process: string | undefined, limit: string): NextCall =>
  call('ps_set', { app, ...(process === undefined ? {} : { process }), limit: { memory: limit } });

/** Let's Encrypt is asked again; of any other issuer the operator has the files, whose names here are examples. */
export const renewCertificate = (app: string, issuer: string | undefined): NextCall =>
  /let'?s ?encrypt/i.test(issuer ?? '')
    ? call('certs_set', { app, action: 'letsencrypt_enable' })
    : call('certs_set', {
        app,
        action: 'set',
        certificate: { file: `${app}.crt` },
        key: { file: `${app}.key` },
      });

export const readVariables = (app: string): NextCall => call('config_get', { app });

/** Repeats what failed, to be called once its cause is mended: the same source, or the same restart. */
export function again({ application: { name }, failed }: AppFacts): NextCall {
  const { own = [] } = failed?.output ?? {};
  const source = failed?.build.source;
  if (source === 'git:from-image') {
    // The commit of an image that failed is taken back, so a rebuild would build the one before it.
    const image = first(own, / (?:Failed to pull image:|load metadata for) (\S+)$/)?.[0];
    if (image !== undefined)
      return call('deploy_start', { app: name, image: image.replace(/^docker\.io\/(?:library\/)?/, '') });
  }
  if (source === 'git:sync') {
    const [url, ref] =
      first(own, /^(?:-----> Cloning| {7}Fetching remote code for) \S+ from (\S+?)(?:#(\S+))?$/) ?? [];
    if (url !== undefined)
      return call('deploy_start', { app: name, git_url: url, ...(ref === undefined ? {} : { ref }) });
  }
  if (source === 'ps:restart' || source === 'config-redeploy') return restart(name);
  return source === 'deploy' ? start(name) : call('deploy_start', { app: name, rebuild: true });
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
