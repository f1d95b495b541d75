import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';

/** A simulated host with some plugins, and a short way to ask it. */
export interface PluginHost {
  readonly host: SimulatedHost;
  /** Exit code and both streams of one command. */
  readonly run: (line: string, stdin?: Buffer) => Promise<readonly [number, string, string]>;
  /** What a command that has to work prints. */
  readonly ok: (line: string, stdin?: Buffer) => Promise<string>;
}

/** A host on which the plugins are installed and the apps shop and blog are deployed under example.org. */
export async function pluginHost(...plugins: readonly string[]): Promise<PluginHost> {
  const host = new SimulatedHost({ now: Date.parse('2026-11-23T18:00:00Z') });
  for (const plugin of plugins) host.install(plugin);
  const run: PluginHost['run'] = async (line, stdin) => {
    const request = stdin === undefined ? { line } : { line, stdin };
    const { exit, stdout, stderr } = await runSession(host, request);
    return [exit, stdout, stderr];
  };
  const ok: PluginHost['ok'] = async (line, stdin) => {
    const [exit, stdout, stderr] = await run(line, stdin);
    if (exit !== 0) throw new Error(`${line} ended with ${exit}: ${stdout}${stderr}`);
    return stdout;
  };
  await ok('domains:set-global example.org');
  for (const app of ['shop', 'blog']) {
    await ok(`apps:create ${app}`);
    await ok(`git:from-image ${app} demo/web:1`);
  }
  return { host, run, ok };
}
