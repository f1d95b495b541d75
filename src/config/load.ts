import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Document, isMap, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ValidationError } from '../domain/errors.ts';
import { type Policy, PolicySchema } from '../domain/policy/policy.ts';
import { type HttpFlags, httpSettings } from './http.ts';
import { resolveReferences } from './references.ts';
import { type Config, ConfigSchema } from './schema.ts';

/** Flags of the command line that map to configuration. */
export interface Flags extends HttpFlags {
  readonly config?: string;
  readonly host?: readonly string[];
  readonly identity?: string;
  readonly port?: string;
  readonly readOnly?: boolean;
  readonly role?: string;
  readonly policy?: string;
  readonly stateDir?: string;
}

export interface Loaded {
  readonly config: Config;
  readonly stateDir: string;
  /** Where each host comes from, for doctor: a file, the environment or a flag; and what a setting refers to. */
  readonly origin: Readonly<Record<string, string>>;
  /** Values that settings refer to; they are masked wherever they would be shown. */
  readonly secrets: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Defaults < file < environment < flags. `DOKKU_HOST=dokku@example.com` is enough (several are separated by commas).
 * Faults: INVALID_ARGUMENT naming the key, with file and line where it stands in a file.
 */
export function loadConfig(flags: Flags, env: Environment): Loaded {
  const path = flags.config ?? env.DOKKU_MCP_CONFIG ?? defaultFile(env);
  const place = path === undefined ? {} : { file: path };
  const file = resolveReferences(path === undefined ? {} : readConfigFile(path), env, expand, place);
  const config = check(file.value, path, file.secrets);
  const origin: Record<string, string> = {};
  for (const name of Object.keys(config.dokku.hosts)) origin[name] = path ?? 'defaults';
  const given = flags.host ?? split(env.DOKKU_HOST || env.DOKKU_MCP_HOST);
  const source = flags.host === undefined ? 'the environment (DOKKU_HOST)' : 'the flag --host';
  const hosts = { ...config.dokku.hosts };
  const chosen: typeof hosts = {};
  for (const word of given) {
    const known = hosts[word];
    const host = known ?? single(word, source);
    const name = known === undefined ? hostName(host.destination) : word;
    if (chosen[name] !== undefined) {
      throw new ValidationError('hosts', `two hosts of ${source} are called ${name}`, {
        wayOut: 'Give them names of their own under dokku.hosts in the configuration file.',
      });
    }
    chosen[name] = host;
    origin[name] = source;
  }
  const identity = flags.identity ?? env.DOKKU_MCP_IDENTITY;
  const port = portOf('--port', flags.port) ?? portOf('DOKKU_MCP_PORT', env.DOKKU_MCP_PORT);
  const all = Object.entries(
    given.length > 0 ? { ...chosen, ...(flags.host === undefined ? hosts : {}) } : hosts,
  );
  const complete = Object.fromEntries(
    all.map(([name, host]) => [
      name,
      {
        ...host,
        ...(identity === undefined ? {} : { identity }),
        ...(port === undefined ? {} : { port }),
      },
    ]),
  );
  const merged = check(
    {
      ...config,
      mcp: {
        ...config.mcp,
        read_only: flags.readOnly ?? bool('DOKKU_MCP_READ_ONLY', env) ?? config.mcp.read_only,
        http: httpSettings(flags, env, config.mcp.http, bool('DOKKU_MCP_HTTP', env)),
      },
      security: {
        ...config.security,
        plan_tokens: bool('DOKKU_MCP_PLAN_TOKENS', env) ?? config.security.plan_tokens,
        role: flags.role ?? env.DOKKU_MCP_ROLE ?? config.security.role,
        ...policyOf(flags, env, config, path),
        reveal: bool('DOKKU_MCP_REVEAL', env) ?? config.security.reveal,
        git_hosts:
          env.DOKKU_MCP_GIT_HOSTS === undefined ? config.security.git_hosts : split(env.DOKKU_MCP_GIT_HOSTS),
        secret_env:
          env.DOKKU_MCP_SECRET_ENV === undefined
            ? config.security.secret_env
            : split(env.DOKKU_MCP_SECRET_ENV),
        secret_dirs: (env.DOKKU_MCP_SECRET_DIRS === undefined
          ? config.security.secret_dirs
          : split(env.DOKKU_MCP_SECRET_DIRS)
        ).map(expand),
      },
      dokku: { ...config.dokku, hosts: complete },
      logging: { ...config.logging, level: env.DOKKU_MCP_LOG_LEVEL ?? config.logging.level },
    },
    undefined,
    file.secrets,
  );
  const stateDir = flags.stateDir ?? env.DOKKU_MCP_STATE_DIR ?? merged.state.dir ?? defaultState(env);
  return {
    config: merged,
    stateDir: expand(stateDir),
    origin: {
      ...Object.fromEntries(Object.entries(origin).filter(([name]) => name in complete)),
      ...file.origin,
    },
    secrets: file.secrets,
  };
}

/** A path with a leading ~ made absolute. */
export function expand(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function defaultFile(env: Environment): string | undefined {
  const path = join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'dokku-mcp', 'config.yaml');
  return existsSync(path) ? path : undefined;
}

/** Where the state stands unless it is said otherwise. */
export function defaultState(env: Environment): string {
  return join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'dokku-mcp');
}

function split(words: string | undefined): string[] {
  return (words ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `dokku@shop.example.com` is called shop.example.com, `[::1]` is called 1: a name begins with a letter or digit. */
function hostName(destination: string): string {
  return destination
    .slice(destination.indexOf('@') + 1)
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '');
}

/** `host`, `user@host`, `user@host:port`, `user@[::1]:port`, with or without `ssh://` before it. */
function single(word: string, source: string): Config['dokku']['hosts'][string] {
  const address = word.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const [, host = address, port] = /^([^:]*|.*\]):(\d+)$/.exec(address) ?? [];
  const destination = host.includes('@') ? host : `dokku@${host}`;
  const number = portOf(`the host ${word} of ${source}`, port);
  return { destination, transport: 'auto', ...(number === undefined ? {} : { port: number }) };
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new ValidationError(name, 'a port is a number between 1 and 65535', {
    value: text,
    wayOut: `Correct ${name}.`,
  });
}

function bool(name: string, env: Environment): boolean | undefined {
  const value = env[name]?.toLowerCase();
  if (value === undefined || value === '') return undefined;
  if (['1', 'true', 'yes'].includes(value)) return true;
  if (['0', 'false', 'no'].includes(value)) return false;
  throw new ValidationError(name, 'is true or false', { value, wayOut: `Set ${name} to true or false.` });
}

function readConfigFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(expand(path), 'utf8');
  } catch (error) {
    throw new ValidationError(
      'config',
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new ValidationError('config', `${path}: ${problem.message.split('\n')[0]}`);
  if (document.contents !== null && !isMap(document.contents))
    throw new ValidationError('config', `${path}: is not a map of settings`);
  return document.toJS() ?? {};
}

/** The policy, wherever it stands; two of them would have to be read together to know what holds. */
function policyOf(
  flags: Flags,
  env: Environment,
  { security }: Config,
  path: string | undefined,
): { readonly policy?: Policy } {
  const given = flags.policy ?? (env.DOKKU_MCP_POLICY || undefined);
  const named =
    security.policy_file === undefined
      ? undefined
      : resolve(dirname(path ?? ''), expand(security.policy_file));
  const file = given === undefined ? named : expand(given);
  if (file === undefined) return security.policy === undefined ? {} : { policy: security.policy };
  if (security.policy !== undefined) {
    throw new ValidationError('security.policy', `there is a second policy in ${file}`, {
      wayOut: 'Keep one of them: security.policy, or the file.',
    });
  }
  const { value } = resolveReferences(readConfigFile(file), env, expand, { file, names: () => true });
  return { policy: validated(PolicySchema, value, file) };
}

function check(value: unknown, path: string | undefined, secrets: readonly string[]): Config {
  return validated(ConfigSchema, value, path, secrets);
}

/** A message of the schema may repeat what stands in the configuration, so what was referred to is taken out of it. */
function validated<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: string | undefined,
  secrets: readonly string[] = [],
): z.output<T> {
  // Parsed once, which takes less than compiling a parser for it.
  const result = schema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const keys =
    issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const reason =
    issue?.code === 'unrecognized_keys' ? 'is not a setting' : (issue?.message ?? 'is not valid');
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '********'), reason);
  throw new ValidationError(keys.join('.') || 'config', shown, {
    wayOut: `Correct it in ${path ?? 'the flags or the environment'}; the README lists the settings.`,
  });
}
