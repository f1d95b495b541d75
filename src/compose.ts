import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { assembleExecutor } from './application/assemble.ts';
import { useAnswer } from './application/consenting.ts';
import type { Context } from './application/context.ts';
import { reading } from './application/guarded/reading.ts';
import { Vault as Known } from './application/masking/vault.ts';
import { ResourceMonitor } from './application/monitor.ts';
import { unlistedFor } from './application/offered.ts';
import { operate } from './application/operate.ts';
import { operations } from './application/operations/index.ts';
import { type Call, pipeline } from './application/pipeline.ts';
import type { CommandCatalogue } from './application/ports.ts';
import type { Caller } from './application/principal.ts';
import type { Product } from './application/product.ts';
import { noteRefusal } from './application/recorded.ts';
import type { Rights } from './application/rights.ts';
import { quote } from './application/show.ts';
import { audited } from './application/steps/audited.ts';
import { deadline } from './application/steps/deadline.ts';
import { type Access, policy } from './application/steps/policy.ts';
import { rateLimit } from './application/steps/rate-limit.ts';
import { redact } from './application/steps/redact.ts';
import { untrusted } from './application/steps/untrusted.ts';
import { used } from './application/steps/used.ts';
import { openBackups } from './backups.ts';
import type { CommonOptions } from './cli/options.ts';
import { defaultState, type Loaded, loadConfig } from './config/load.ts';
import { type Config, ConfigSchema } from './config/schema.ts';
import { openPolicy, type Policy } from './domain/policy/policy.ts';
import { sanitizeLine } from './domain/sanitize.ts';
import { Hosts } from './hosts.ts';
import { auditFolder, JsonlAuditLog } from './infrastructure/audit/jsonl-audit-log.ts';
import { Catalogue } from './infrastructure/dokku/catalogue/catalogue.ts';
import { memoryRateLimiter } from './infrastructure/limits/memory-rate-limiter.ts';
import { certificateReader } from './infrastructure/local/certificates.ts';
import { clock } from './infrastructure/local/clock.ts';
import { coverCrashes } from './infrastructure/local/crash.ts';
import { maskedLog } from './infrastructure/local/masked-log.ts';
import { createReferences, fingerprints } from './infrastructure/local/references.ts';
import { timer } from './infrastructure/local/timer.ts';
import { createVault } from './infrastructure/local/vault.ts';
import { FileLocks } from './infrastructure/state/file-locks.ts';
import { FileStore } from './infrastructure/state/file-store.ts';
import type { Transport } from './infrastructure/transport.ts';
import { VERSION } from './version.ts';
import { Views } from './views.ts';

export interface Opened {
  readonly product: Product;
  readonly loaded: Loaded;
  readonly log: (id: string, error: unknown) => void;
  /** Writes to the log what happened. */
  readonly note: (event: object) => void;
  readonly catalogue: CommandCatalogue;
  readonly rights: (host: string, caller?: Caller) => Rights;
  /** The policy in force. */
  readonly policy: Policy;
}

/** What a caller may put in the place of the ordinary. */
export interface Parts {
  /** Keeps the log out of a person's terminal. */
  readonly level?: 'warn';
  /** Carries the commands of every host; keepers then run in this process. */
  readonly transport?: (host: string) => Transport;
}

/**
 * The hosts as a keeper needs them: its job's folder `STATE/jobs/ID` says which state directory it belongs to, and the
 * job itself how to reach its host, so that no configuration that changed meanwhile matters.
 */
export function openHosts(
  folder: string,
  env: NodeJS.ProcessEnv,
): { readonly keep: (folder: string) => Promise<void> } {
  const stateDir = dirname(dirname(folder));
  const config = ConfigSchema.parse({});
  const loaded = { config, stateDir, origin: {}, secrets: [] };
  const known = new Known();
  const mask = (text: string): string => known.mask(text);
  coverCrashes(mask);
  const logger = maskedLog(env.DOKKU_MCP_LOG_LEVEL ?? 'silent', mask);
  const secretsOf = (host: string) => known.of(host);
  const state = new FileStore(stateDir);
  const audit = new JsonlAuditLog({
    stateDir,
    clock,
    rotation: rotationOf(config),
    mask: (host, value) => secretsOf(host).maskValue(value),
  });
  const catalogue = new Catalogue();
  const locks = new FileLocks(stateDir);
  const hosts = new Hosts({ loaded, demo: false, clock, catalogue, state, locks, audit, secretsOf, logger });
  return {
    keep: async (job) => {
      await hosts.keep(job);
      await audit.close();
    },
  };
}

function rotationOf({ security: { audit } }: Config) {
  const { rotate_mib, rotate_days, keep_days = Infinity } = audit;
  const days = (count: number): number => count * 86_400_000;
  return { bytes: rotate_mib * 1024 * 1024, ageMs: days(rotate_days), keepMs: days(keep_days) };
}

/** Where the audit is kept that a server with these flags writes. */
export function auditFolderOf(flags: CommonOptions, env: NodeJS.ProcessEnv): string {
  return auditFolder(loadConfig(flags, env).stateDir);
}

/**
 * Builds the whole product from flags and environment. Touches nothing: no connection, no file, no process before the
 * first call. Faults: INVALID_ARGUMENT for configuration that cannot be understood.
 */
export function open(flags: CommonOptions, env: NodeJS.ProcessEnv, parts: Parts = {}): Opened {
  const loaded = loadConfig(flags, env);
  const { config, stateDir } = loaded;
  const known = new Known(loaded.secrets);
  const secretsOf = (host: string) => known.of(host);
  const mask = (text: string): string => known.mask(text);
  coverCrashes(mask);
  const logger = maskedLog(parts.level ?? config.logging.level, mask);
  const log = (id: string, error: unknown): void => logger.error({ id, err: error }, 'internal error');
  const state = new FileStore(stateDir);
  const catalogue = new Catalogue();
  const demo = flags.demo === true;
  const audit = new JsonlAuditLog({
    stateDir,
    clock,
    rotation: rotationOf(config),
    mask: (host, value) => secretsOf(host).maskValue(value),
  });
  const locks = new FileLocks(stateDir);
  const vault = createVault(stateDir);
  const hosts = new Hosts({
    loaded,
    demo,
    clock,
    catalogue,
    state,
    locks,
    audit,
    secretsOf,
    logger,
    ...parts,
  });
  const { executor, plans, journal, accepted } = assembleExecutor({
    audit,
    catalogue,
    clock,
    locks,
    operations,
    secretsOf,
    state,
    vault,
    digest: (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex'),
    boundedWaitMs: config.mcp.wait_seconds * 1000,
    planTokens: config.security.plan_tokens,
    approveCommand: (plan) => `dokku-mcp approve ${plan}${stateFlag(stateDir, env)}`,
  });
  const references = createReferences({
    env: config.security.secret_env,
    dirs: config.security.secret_dirs,
    environment: env,
  });
  const backups = openBackups(loaded, clock);
  const fingerprint = fingerprints(stateDir);
  const readOnly = config.mcp.read_only;
  const { policy: rules = openPolicy, role } = config.security;
  const views = new Views({ hosts, catalogue, policy: rules, readOnly, role });
  const rights = (host: string, caller?: Caller): Rights => views.rights(host, caller);
  const access: Access = { readOnly, rights };
  const offered = operations.filter(({ name }) => !config.mcp.exclude_tools.includes(name));
  const unlisted = unlistedFor(offered, access, hosts.names);
  const openContext = (call: Call): Context => {
    const view = views.of(call.host, call, call.operation.name);
    return {
      ...view,
      host: call.host,
      hosts: hosts.names,
      onHost: (name) => {
        secretsOf(call.host).include(secretsOf(name));
        return reading(openContext({ ...call, host: name }));
      },
      journal,
      rights: views.rights(call.host, call),
      backups,
      catalogue,
      operations: offered,
      unlisted: unlisted(call),
      state,
      clock,
      references,
      certificates: certificateReader,
      fingerprint,
      permissions: {
        reveal: config.security.reveal,
        maxProcesses: config.security.max_processes,
        gitHosts: config.security.git_hosts,
        probeAfterDeploy: config.monitoring.probe_after_deploy,
      },
      progress: (message) => call.progress(secretsOf(call.host).mask(sanitizeLine(message))),
      signal: call.signal,
      actor: call.actor,
      ...(call.principal === undefined ? {} : { principal: call.principal }),
    };
  };
  const product: Product = {
    version: VERSION,
    operations: offered,
    access,
    hosts: hosts.names,
    run: pipeline(
      [
        used(audit, clock),
        audited(audit),
        rateLimit(memoryRateLimiter(config.security.rate_limits), catalogue),
        policy(access),
        redact(secretsOf),
        untrusted(),
        deadline(config.dokku.deadlines.query_seconds * 1000, timer),
      ],
      operate(executor, accepted, openContext),
    ),
    host: (name = hosts.names[0] ?? '', caller) => ({ ...views.of(name, caller), name }),
    noteRefusal: (call, error) => noteRefusal(audit, call, error),
    plans,
    consent: {
      key: () => Buffer.from(vault.hash('questions and answers'), 'hex'),
      use: (id, summary) => useAnswer(id, summary, { locks, state, clock }),
    },
    close: async () => {
      await hosts.close();
      await audit.close();
    },
    monitor: async (signal) => {
      const { sample_minutes: minutes } = config.monitoring;
      if (minutes === 0) return;
      const host = (name: string) => ({ ...hosts.get(name), name });
      await new ResourceMonitor({ host, state, clock }).run(hosts.names, minutes, signal);
    },
  };
  const note = (event: object): void => logger.info(event, 'http');
  return { product, loaded, log, note, catalogue, rights, policy: rules };
}

/** A terminal of the user finds the state by itself only where it stands in its usual place. */
function stateFlag(stateDir: string, env: NodeJS.ProcessEnv): string {
  return stateDir === defaultState(env) ? '' : ` --state-dir ${quote(stateDir)}`;
}
