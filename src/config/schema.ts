import { z } from 'zod';
import { PolicySchema } from '../domain/policy/policy.ts';
import { HttpSchema, JwtSchema, TokenSchema } from './http-schema.ts';

const destination = z
  .string()
  .regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9[][A-Za-z0-9.:[\]-]*$/, 'is like dokku@example.com')
  .describe('user@host, or a Host of your ssh config; the user is dokku unless you say otherwise');

const seconds = (usual: number) => z.int().min(1).max(86_400).default(usual);
const perMinute = (usual: number) => z.int().min(0).max(1_000_000).default(usual);

/** How to reach one host. */
export const HostConfigSchema = z.strictObject({
  destination,
  port: z.int().min(1).max(65_535).optional().describe('SSH port, when it is not in your ssh config'),
  identity: z.string().min(1).optional().describe('Private key file; default: what ssh itself would use'),
  known_hosts: z.string().min(1).optional().describe('known_hosts file; default: the one of ssh'),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .optional()
    .describe('Public addresses of its apps; default: what destination resolves to'),
  transport: z
    .enum(['auto', 'mux', 'spawn'])
    .default('auto')
    .describe('mux: one connection for all commands; spawn: one ssh per command; auto: mux where it works'),
});

const freshHours = z.int().min(1).max(8784);

/** The configuration file, and what flags and environment variables map to. Unknown keys are errors. */
export const ConfigSchema = z.strictObject({
  mcp: z
    .strictObject({
      read_only: z.boolean().default(false).describe('No tool can change anything'),
      wait_seconds: z
        .int()
        .min(0)
        .max(600)
        .default(45)
        .describe('How long a call waits for long work before it gives a handle'),
      exclude_tools: z.array(z.string()).default([]).describe('Tools that are neither listed nor callable'),
      http: HttpSchema.prefault({}),
    })
    .prefault({}),
  dokku: z
    .strictObject({
      hosts: z
        .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), HostConfigSchema)
        .default({})
        .describe('Hosts by name'),
      max_channels: z
        .int()
        .min(1)
        .max(9)
        .default(6)
        .describe('Commands in flight per host; sshd allows 10 sessions and frees them late'),
      deadlines: z
        .strictObject({
          read_seconds: seconds(30).describe('How long one reading command may take'),
          change_seconds: seconds(120).describe('One changing command; then its outcome is read back'),
          long_seconds: seconds(1_800).describe('One command that builds, restarts or streams'),
          query_seconds: seconds(120).describe('One reading call as a whole, with all of its commands'),
        })
        .prefault({}),
    })
    .prefault({}),
  security: z
    .strictObject({
      plan_tokens: z
        .boolean()
        .default(false)
        .describe(
          'The token of a plan stands for consent: for clients that cannot ask a person. The model then decides alone',
        ),
      reveal: z.boolean().default(false).describe('config_get may show values'),
      role: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'is a name: letters, digits and . _ @ -')
        .default('operator')
        .describe('The role of whoever uses this server over stdio; rules of the policy name roles'),
      policy: PolicySchema.optional().describe('What may be done; see the guide'),
      policy_file: z
        .string()
        .min(1)
        .optional()
        .describe('A YAML file that holds what policy would hold; from the folder of this file on'),
      tokens: z
        .array(TokenSchema)
        .refine(
          (tokens) => new Set(tokens.map(({ name }) => name)).size === tokens.length,
          'two have one name',
        )
        .default([])
        .describe('Tokens for HTTP, as their hashes'),
      jwt: JwtSchema.optional().describe('Tokens of an authorization server (OAuth), for HTTP'),
      max_processes: z.int().min(1).max(100).default(20).describe('Most instances of one process type'),
      git_hosts: z
        .array(
          z
            .string()
            .regex(
              /^(?:(?:https|http|ssh|git):\/\/)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/,
              'is like git.example.com or git://127.0.0.1',
            ),
        )
        .default([])
        .describe(
          'Servers that apps may also be fetched from: private addresses, and http:// or git://; public ones over https and ssh need no entry',
        ),
      rate_limits: z
        .strictObject({
          reads: perMinute(1_200).describe('Reads and plans of one client in a minute; 0 lifts the limit'),
          changes: perMinute(120).describe('Changes of one client in a minute; 0 lifts the limit'),
          destructive: perMinute(20).describe(
            'Destructive changes, or questions for consent to one, of one client in a minute; 0 lifts the limit',
          ),
        })
        .prefault({}),
      secret_env: z
        .array(z.string())
        .default(['SECRET_*'])
        .describe('Environment variables that config_set may take values from; * stands for any text'),
      secret_dirs: z
        .array(z.string())
        .default([])
        .describe('Directories whose files config_set may take values from'),
      audit: z
        .strictObject({
          rotate_mib: z
            .int()
            .min(1)
            .max(1024)
            .default(8)
            .describe('Size at which the audit log begins a new file; old ones are compressed and kept'),
          rotate_days: z
            .int()
            .min(1)
            .max(3650)
            .default(30)
            .describe('Age at which the audit log begins a new file'),
          keep_days: z
            .int()
            .min(1)
            .max(36500)
            .optional()
            .describe(
              'Age at which files of the audit log are deleted, with a record that says so. Default: all are kept',
            ),
        })
        .prefault({}),
    })
    .prefault({}),
  backups: z
    .strictObject({
      dir: z
        .string()
        .min(1)
        .optional()
        .describe('Where exports of data services are kept. Default: backups in the state directory'),
      fresh_hours: freshHours.default(26).describe('Oldest that the last good backup of a service may be'),
      services: z
        .record(
          z
            .string()
            .regex(/^(?:[^/]+\/)?[a-z][a-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9_-]*$/, 'is like postgres/shop'),
          z.strictObject({ fresh_hours: freshHours }),
        )
        .default({})
        .describe('Other rules for single services, by type/name or host/type/name'),
      keep: z
        .strictObject({
          daily: z.int().min(0).max(366).default(7),
          weekly: z.int().min(0).max(520).default(4),
          monthly: z.int().min(0).max(120).default(6),
        })
        .prefault({})
        .describe('What prune keeps: the newest backup of so many days, weeks and months'),
      export_minutes: z
        .int()
        .min(1)
        .max(1440)
        .default(30)
        .describe('Time limit of an export; that of redis can hang for ever'),
    })
    .prefault({}),
  logging: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .prefault({}),
  monitoring: z
    .strictObject({
      sample_minutes: z
        .int()
        .min(0)
        .max(1440)
        .default(0)
        .describe('How often every host is sampled while this server runs; 0: only when asked'),
      probe_after_deploy: z
        .boolean()
        .default(true)
        .describe(
          'A deploy that went well is followed by one request to the domains of the app (at most 2, 3 seconds), sent to the host itself',
        ),
    })
    .prefault({}),
  state: z
    .strictObject({ dir: z.string().min(1).optional().describe('Default: $XDG_STATE_HOME/dokku-mcp') })
    .prefault({}),
});

export type Config = z.output<typeof ConfigSchema>;
export type HostConfig = z.output<typeof HostConfigSchema>;
