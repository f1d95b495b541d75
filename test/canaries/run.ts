import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { type Era, type Session, startSession } from '../support/mcp.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';
import { type Canary, createCanaries } from './canaries.ts';
import { crashOutput } from './crash.ts';
import { BROKEN_JOB, errorPaths, type Path } from './paths.ts';
import { plant } from './plant.ts';
import { type Leak, Sinks } from './sinks.ts';
import { type Stop, tour } from './tour.ts';
import { LATEST } from './tour-host.ts';

export interface CanaryResult {
  readonly canaries: number;
  readonly calls: number;
  readonly leaks: readonly Leak[];
  /** Tools that were called, those of them that answered without a failure, and what came of all calls. */
  readonly tools: ReadonlySet<string>;
  readonly succeeded: ReadonlySet<string>;
  readonly codes: ReadonlyMap<string, number>;
}

export interface CanaryOptions {
  readonly era: Era;
  /** Names of the error paths; all when absent. */
  readonly paths?: readonly string[];
}

/** What is kept while a run goes on. */
interface Run {
  readonly sim: SimulatedDokku;
  readonly canaries: readonly Canary[];
  readonly sinks: Sinks;
  readonly folder: string;
  readonly tools: Set<string>;
  readonly succeeded: Set<string>;
  readonly codes: Map<string, number>;
  calls: number;
  /** The change that was listed first when changes were listed last. */
  latest: string;
}

/**
 * Fifty secrets on a simulated host behind a real sshd, and every tool of the server called with and without each way in
 * which a call can fail; then every place is searched where one of them could have come out.
 */
export async function runCanaries({ era, paths }: CanaryOptions): Promise<CanaryResult> {
  const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  const tls = certificate();
  const canaries = createCanaries(tls.key);
  const sinks = new Sinks(canaries);
  const sim = await startSimulatedDokku();
  const watch = setInterval(() => sinks.lookAtProcesses(), 100);
  const run: Run = {
    sim,
    canaries,
    sinks,
    folder,
    tools: new Set(),
    succeeded: new Set(),
    codes: new Map(),
    calls: 0,
    latest: '',
  };
  try {
    mkdirSync(join(folder, 'files'));
    for (const { key, value } of canaries.filter(({ place }) => place === 'file'))
      writeFileSync(join(folder, 'files', key), value);
    writeFileSync(join(folder, 'files', 'tls.crt'), tls.certificate);
    await plant(sim, canaries);
    for (const path of errorPaths.filter(({ name }) => paths?.includes(name) ?? true))
      await walk(run, era, path);
    sinks.look('crash output', 'stderr', await crashOutput(canaries));
    sinks.look('host', 'command lines', withoutArguments(sim).join('\n'));
    sinks.look('host', 'log of sshd', await sim.sshd.log());
  } finally {
    clearInterval(watch);
    await sim.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const { tools, succeeded, codes, calls } = run;
  return { canaries: canaries.length, calls, leaks: sinks.leaks, tools, succeeded, codes };
}

/** Plugins take these secrets as arguments only, so that the host has to be told them on a command line. */
const TAKES_ARGUMENTS =
  /^(?:[a-z]+:(?:backup-auth|backup-set-encryption) |[a-z]+:(?:create|clone) .*--(?:custom-env|password|root-password) |letsencrypt:set \S+ dns-provider-|git:from-archive )/;

/** The lines that came to the host, as they came and decoded, but those that had no other way. */
function withoutArguments({ lines, commands }: SimulatedDokku): readonly string[] {
  const raw = lines();
  return commands().flatMap((command, index) =>
    TAKES_ARGUMENTS.test(command) ? [] : [command, raw[index] ?? ''],
  );
}

/** All tools on one path, with a server that has just started: it knows no value yet. */
async function walk(run: Run, era: Era, path: Path): Promise<void> {
  const { sim, canaries, sinks, folder } = run;
  const stateDir = join(folder, `state-${path.name}`);
  mkdirSync(stateDir, { mode: 0o700 });
  const env = Object.fromEntries(
    canaries
      .filter(({ place }) => place === 'env' || place === 'settings')
      .map(({ key, value }) => [key, value]),
  );
  const app = path.app ?? 'shop';
  let stderr = '';
  const session = await startSession({
    era,
    args: ['--config', sim.configure(settings(join(folder, 'files'), path), path.entry?.(sim) ?? {})],
    env: { ...env, DOKKU_MCP_LOG_LEVEL: 'debug' },
    stateDir,
    // Whoever is asked types the name, so that what destroys is carried out too.
    consent: (message, schema) => {
      sinks.look('question', path.name, message);
      if (JSON.stringify(schema).includes('"agree"')) return { agree: true };
      return { name: message.includes('certificate of') ? app : 'copy' };
    },
    onStderr: (text) => {
      stderr += text;
    },
  });
  try {
    await path.before?.(sim, session);
    for (const stop of tour(app, canaries, join(folder, 'files'))) {
      await path.each?.(sim);
      await call(run, session, path.name, stop);
    }
    await read(run, session, path.name, app);
  } finally {
    sim.answer = undefined;
    await session.close();
    await path.after?.(sim);
  }
  sinks.look('stderr', path.name, stderr);
  sinks.lookIn('state directory', stateDir, BROKEN_JOB);
}

function settings(files: string, { deadline }: Path): Record<string, unknown> {
  const seconds = {
    read_seconds: deadline,
    change_seconds: deadline,
    long_seconds: deadline,
    query_seconds: deadline,
  };
  return {
    mcp: { wait_seconds: 20 },
    security: {
      secret_dirs: [files],
      git_hosts: ['git.internal', '$' + '{env:CANARY_SETTING}.internal'],
      rate_limits: { reads: 0, changes: 0, destructive: 0 },
    },
    ...(deadline === undefined ? {} : { dokku: { deadlines: seconds } }),
  };
}

async function call(run: Run, session: Session, path: string, { tool, args }: Stop): Promise<void> {
  const progress: string[] = [];
  run.calls += 1;
  run.tools.add(tool);
  const where = `${path}, ${tool} ${String(args.name ?? '')}`.trim();
  const given = args.id === LATEST ? { ...args, id: run.latest } : { ...args };
  const said = await session
    .call(tool, given, { onProgress: (message) => progress.push(message) })
    .catch((error: unknown) => ({
      failed: error instanceof Error ? `${error.message} ${error.stack}` : String(error),
      code: 'thrown',
    }));
  const code = said.code ?? 'ok';
  if (tool === 'changes_list' && 'data' in said) run.latest = latestOf(said.data) ?? run.latest;
  if (code === 'ok') run.succeeded.add(tool);
  run.codes.set(code, (run.codes.get(code) ?? 0) + 1);
  run.sinks.look('answer', where, JSON.stringify(said));
  run.sinks.look('answer', where, 'text' in said ? said.text : '');
  run.sinks.look('progress', where, progress.join('\n'));
}

function latestOf({ changes }: Record<string, unknown>): string | undefined {
  return (changes as { id: string }[] | undefined)?.[0]?.id;
}

/** A self-signed certificate with its key. */
function certificate(): { readonly certificate: string; readonly key: string } {
  const day = 24 * 3_600_000;
  const name = [['CN', 'canary.example.com']] as const;
  return makeCertificate({
    subject: name,
    issuer: name,
    hostnames: ['canary.example.com'],
    from: Date.now() - day,
    until: Date.now() + 60 * day,
  });
}

/** What a client reads beside tools. */
async function read({ sinks }: Run, { client }: Session, path: string, app: string): Promise<void> {
  for (const uri of ['dokku://sim/apps', `dokku://sim/apps/${app}`, `dokku://sim/apps/${app}/builds`]) {
    const said = await client.readResource({ uri }).catch((error: unknown) => String(error));
    sinks.look('resource', `${path}, ${uri}`, JSON.stringify(said));
  }
  const ref = { type: 'ref/resource' as const, uri: 'dokku://{host}/apps/{app}' };
  const completed = await client
    .complete({ ref, argument: { name: 'app', value: '' }, context: { arguments: { host: 'sim' } } })
    .catch((error: unknown) => String(error));
  sinks.look('completion', path, JSON.stringify(completed));
}
