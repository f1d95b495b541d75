import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from './application/context.ts';
import { Executor } from './application/executor.ts';
import { Vault } from './application/masking/vault.ts';
import { operate } from './application/operate.ts';
import { operations } from './application/operations/index.ts';
import { type Call, pipeline } from './application/pipeline.ts';
import type { Clock } from './application/ports.ts';
import type { Product } from './application/product.ts';
import { noteRefusal } from './application/recorded.ts';
import { audited } from './application/steps/audited.ts';
import { deadline, type Timer } from './application/steps/deadline.ts';
import { isAllowed, policy } from './application/steps/policy.ts';
import { rateLimit } from './application/steps/rate-limit.ts';
import { redact } from './application/steps/redact.ts';
import { untrusted } from './application/steps/untrusted.ts';
import type { CommonOptions } from './cli/options.ts';
import { type Loaded, loadConfig } from './config/load.ts';
import { ConfigSchema } from './config/schema.ts';
import { sanitizeLine } from './domain/sanitize.ts';
import { Hosts } from './hosts.ts';
import { auditFolder, JsonlAuditLog } from './infrastructure/audit/jsonl-audit-log.ts';
import { Catalogue } from './infrastructure/dokku/catalogue/catalogue.ts';
import { memoryRateLimiter } from './infrastructure/limits/memory-rate-limiter.ts';
import { coverCrashes } from './infrastructure/local/crash.ts';
import { maskedLog } from './infrastructure/local/masked-log.ts';
import { createReferences, fingerprints } from './infrastructure/local/references.ts';
import { FileStore } from './infrastructure/state/file-store.ts';
import type { Transport } from './infrastructure/transport.ts';
import { VERSION } from './version.ts';

export interface Opened {
  readonly product: Product;
  readonly loaded: Loaded;
  readonly log: (id: string, error: unknown) => void;
}

/** What a caller may put in the place of the ordinary. */
export interface Parts {
  /** Keeps the log out of a person's terminal. */
  readonly level?: 'warn';
  /** Carries the commands of every host; keepers then run in this process. */
  readonly transport?: (host: string) => Transport;
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};

const timer: Timer = (ms) => {
  const late = new AbortController();
  const running = setTimeout(() => late.abort(), ms);
  return { signal: late.signal, stop: () => clearTimeout(running) };
};

/**
 * The hosts as a keeper needs them: its job's folder `STATE/jobs/ID` says which state directory it belongs to, and the
 * job itself how to reach its host, so that no configuration that changed meanwhile matters.
 */
export function openHosts(folder: string, env: NodeJS.ProcessEnv): Hosts {
  const stateDir = dirname(dirname(folder));
  const loaded = { config: ConfigSchema.parse({}), stateDir, origin: {}, secrets: [] };
  const vault = new Vault();
  const mask = (text: string): string => vault.mask(text);
  coverCrashes(mask);
  const logger = maskedLog(env.DOKKU_MCP_LOG_LEVEL ?? 'silent', mask);
  const secretsOf = (host: string) => vault.of(host);
  const state = new FileStore(stateDir);
  return new Hosts({ loaded, demo: false, clock, catalogue: new Catalogue(), state, secretsOf, logger });
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
  const vault = new Vault(loaded.secrets);
  const secretsOf = (host: string) => vault.of(host);
  const mask = (text: string): string => vault.mask(text);
  coverCrashes(mask);
  const logger = maskedLog(parts.level ?? config.logging.level, mask);
  const log = (id: string, error: unknown): void => logger.error({ id, err: error }, 'internal error');
  const state = new FileStore(stateDir);
  const catalogue = new Catalogue();
  const demo = flags.demo === true;
  const hosts = new Hosts({ loaded, demo, clock, catalogue, state, secretsOf, logger, ...parts });
  const audit = new JsonlAuditLog({
    stateDir,
    clock,
    rotation: {
      bytes: config.security.audit.rotate_mib * 1024 * 1024,
      ageMs: config.security.audit.rotate_days * 86_400_000,
    },
    mask: (host, value) => secretsOf(host).maskValue(value),
  });
  const executor = new Executor({
    audit,
    catalogue,
    secretsOf,
    digest: (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex'),
    boundedWaitMs: config.mcp.wait_seconds * 1000,
    severalHosts: hosts.names.length > 1,
  });
  const references = createReferences({
    env: config.security.secret_env,
    dirs: config.security.secret_dirs,
    environment: env,
  });
  const fingerprint = fingerprints(stateDir);
  const access = { readOnly: config.mcp.read_only };
  const offered = operations.filter(({ name }) => !config.mcp.exclude_tools.includes(name));
  const unlisted = offered.filter((operation) => operation.listed === false && isAllowed(operation, access));
  const openContext = (call: Call): Context => {
    const { client, apps, config: variables, deployments } = hosts.get(call.host);
    return {
      host: call.host,
      client,
      apps,
      config: variables,
      deployments,
      catalogue,
      unlisted,
      state,
      clock,
      references,
      fingerprint,
      permissions: {
        reveal: config.security.reveal,
        maxProcesses: config.security.max_processes,
        gitHosts: config.security.git_hosts,
      },
      progress: (message) => call.progress(secretsOf(call.host).mask(sanitizeLine(message))),
      signal: call.signal,
      actor: call.actor,
    };
  };
  const isDestructive = ({ operation, input: { name, args } }: Call): boolean => {
    if (operation.kind === 'query' || operation.effect !== 'destructive') return false;
    // The long tail can do everything; what it does here stands in its arguments.
    if (typeof name !== 'string' || !Array.isArray(args)) return true;
    return catalogue.effectOf({ name, args: args.map(String) }) === 'destructive';
  };
  const product: Product = {
    version: VERSION,
    operations: offered,
    access,
    hosts: hosts.names,
    run: pipeline(
      [
        audited(audit),
        rateLimit(memoryRateLimiter(config.security.rate_limits), isDestructive),
        policy(access),
        redact(secretsOf),
        untrusted(),
        deadline(config.dokku.deadlines.query_seconds * 1000, timer),
      ],
      operate(executor, openContext),
    ),
    host: (name) => ({ ...hosts.get(name ?? hosts.names[0] ?? ''), name: name ?? hosts.names[0] ?? '' }),
    noteRefusal: (call, error) => noteRefusal(audit, call, error),
    close: async () => {
      await hosts.close();
      await audit.close();
    },
  };
  return { product, loaded, log };
}
