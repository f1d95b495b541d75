/**
 * Every failure a caller can act on, in one table: what happened, and what to do next.
 * The remedy is written for whoever reads the answer, so it names the next call or the exact command.
 */
export interface Failure<D> {
  readonly message: (details: D) => string;
  readonly remedy: (details: D) => string;
  readonly retryable?: boolean;
}

function failure<D>(entry: Failure<D>): Failure<D> {
  return entry;
}

const didYouMean = (nearest: readonly string[] | undefined, otherwise: string): string =>
  nearest !== undefined && nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : otherwise;

export const failures = {
  INVALID_ARGUMENT: failure<{ field: string; reason: string; value?: string; wayOut?: string }>({
    message: ({ field, reason }) => `${field}: ${reason}`,
    remedy: ({ wayOut, field }) => wayOut ?? `Correct ${field} and call again; nothing was sent to the host.`,
  }),
  APP_NOT_FOUND: failure<{ app: string; nearest?: readonly string[] }>({
    message: ({ app }) => `There is no app named "${app}" on this host.`,
    remedy: ({ nearest }) => didYouMean(nearest, 'Call apps_list to see the apps on this host.'),
  }),
  NOT_FOUND: failure<{ what: string; name: string; nearest?: readonly string[]; wayOut?: string }>({
    message: ({ what, name }) => `There is no ${what} "${name}".`,
    remedy: ({ nearest, wayOut }) => didYouMean(nearest, wayOut ?? 'Check the name and call again.'),
  }),
  NAME_TAKEN: failure<{ what: string; name: string }>({
    message: ({ what, name }) => `The ${what} name "${name}" is already taken.`,
    remedy: () => 'Choose another name, or work with the one that exists.',
  }),
  NOT_DEPLOYED: failure<{ app: string }>({
    message: ({ app }) => `The app "${app}" has not been deployed yet, so it has no processes.`,
    remedy: () => 'Call deploy_start to deploy it first.',
  }),
  LOCKED: failure<{ app: string; build?: string; job?: string; work?: string }>({
    message: ({ app, build, job = build === undefined ? '' : `build ${build}`, work = 'deploy' }) =>
      `Another ${work} of "${app}" is running${job === '' ? '' : ` (${job})`}, so this one was not started.`,
    remedy: ({ app, job, work = 'deploy' }) =>
      `Follow it with deploy_status${job === undefined ? '' : ` {"app": "${app}", "id": "${job}"}`}${work.includes(':') ? '' : ', or end it with deploy_cancel'}, then call again.`,
    retryable: true,
  }),
  NO_CHANGE: failure<{ app: string; reason: string; wayOut: string }>({
    message: ({ reason }) => reason,
    remedy: ({ wayOut }) => wayOut,
  }),
  CONFLICT: failure<{ reason: string; wayOut: string }>({
    message: ({ reason }) => reason,
    remedy: ({ wayOut }) => wayOut,
  }),
  POISONED_CONFIG: failure<{ app: string; reason: string }>({
    message: ({ app, reason }) => `Dokku can no longer read the configuration of "${app}": ${reason}`,
    remedy: () =>
      'Deploys now start the app without any variable. An administrator has to mend the ENV file of the app on the host; over Dokku there is no way back but to destroy the app.',
  }),
  UNSUPPORTED: failure<{ what: string; needs: string; wayOut?: string }>({
    message: ({ what, needs }) => `${what} needs ${needs}.`,
    remedy: ({ wayOut }) => wayOut ?? 'Call dokku-mcp doctor to see what this host offers.',
  }),
  PLUGIN_MISSING: failure<{ plugin: string; reason: string; command: string; installed: readonly string[] }>({
    message: ({ plugin, reason }) => `The plugin "${plugin}" ${reason}, so its services cannot be used.`,
    remedy: ({ command, installed }) =>
      `Only root can change that. An administrator runs on the host: ${command}. Service plugins that are ready: ${installed.join(', ') || 'none'}.`,
  }),
  COMMAND_FAILED: failure<{
    command: string;
    exit: number;
    reason: string;
    output?: string;
    /** What it left behind, read back. */
    stands?: string;
    wayOut?: string;
  }>({
    message: ({ command, exit, reason, stands }) =>
      `dokku ${command} ended with exit code ${exit}: ${reason}${stands === undefined ? '' : ` · What stands now: ${stands}`}`,
    remedy: ({ wayOut }) =>
      wayOut ?? 'Read the reason above; the same call will fail the same way until it is mended.',
  }),
  USAGE: failure<{ command: string; reason: string }>({
    message: ({ command, reason }) => `Dokku did not accept the arguments of ${command}: ${reason}`,
    remedy: () => 'Correct the arguments; command_search shows what the command takes.',
  }),
  UNEXPECTED_OUTPUT: failure<{ command: string; reason: string; excerpt: string }>({
    message: ({ command, reason }) => `The answer of dokku ${command} could not be understood: ${reason}`,
    remedy: ({ excerpt }) => `The host answered: ${excerpt}. Run dokku-mcp doctor to check its version.`,
  }),
  HOST_NOT_CONFIGURED: failure<{ host?: string; known?: readonly string[] }>({
    message: ({ host }) =>
      host === undefined ? 'No Dokku host is configured.' : `No host named "${host}" is configured.`,
    remedy: ({ known }) =>
      known !== undefined && known.length > 0
        ? `Use one of: ${known.join(', ')}.`
        : 'Set DOKKU_HOST=dokku@your-host or pass --host, then start the server again.',
  }),
  HOST_UNREACHABLE: failure<{ host: string; reason: string }>({
    message: ({ host, reason }) => `Cannot reach ${host} over SSH: ${reason}`,
    remedy: () => 'Nothing was sent. Check the address and the network, then run dokku-mcp doctor.',
    retryable: true,
  }),
  HOST_KEY_UNKNOWN: failure<{ host: string; remedy: string }>({
    message: ({ host }) => `The host key of ${host} is not known, so nothing was sent.`,
    remedy: ({ remedy }) => remedy,
  }),
  HOST_KEY_CHANGED: failure<{ host: string; remedy: string }>({
    message: ({ host }) =>
      `The host key of ${host} has CHANGED: another machine may be answering. Nothing was sent.`,
    remedy: ({ remedy }) => remedy,
  }),
  AUTH_REFUSED: failure<{ host: string; reason: string }>({
    message: ({ host, reason }) => `${host} refused the login: ${reason}`,
    remedy: () =>
      'Add your public key on the host (cat ~/.ssh/id_ed25519.pub | ssh root@host dokku ssh-keys:add me), or name the right key with --identity; dokku-mcp doctor shows which keys were offered.',
  }),
  TIMEOUT: failure<{ command: string; ms: number }>({
    message: ({ command, ms }) =>
      `dokku ${command} did not end within ${Math.round(ms / 1000)} s. It may still be running on the host.`,
    remedy: () => 'Read the state before you call again; the command was sent once and is not repeated.',
  }),
  CANCELLED: failure<{ command: string; sent: boolean }>({
    message: ({ command, sent }) =>
      sent
        ? `Stopped waiting for dokku ${command}; the host may still carry it out.`
        : `dokku ${command} was cancelled before it was sent.`,
    remedy: () => 'Read the state to see what the host did.',
  }),
  LINK_LOST: failure<{ command: string; host: string; reason: string }>({
    message: ({ command, host, reason }) =>
      `The link to ${host} was lost while dokku ${command} ran (${reason}).`,
    remedy: () => 'It was a read: call again.',
    retryable: true,
  }),
  OUTCOME_UNKNOWN: failure<{ command: string; reason: string; found: string }>({
    message: ({ command, reason, found }) =>
      `The outcome of dokku ${command} is unknown: ${reason}. Reading back shows: ${found}`,
    remedy: () => 'It was sent at most once and is not repeated. Decide from the state that was read back.',
  }),
  NOT_APPLIED: failure<{ command: string; found: string; wayOut: string }>({
    message: ({ command, found }) => `dokku ${command} reported success, but reading back shows: ${found}`,
    remedy: ({ wayOut }) => wayOut,
  }),
  PARTLY_APPLIED: failure<{
    done: readonly string[];
    failed: string;
    reason: string;
    stands?: string;
    wayOut?: string;
  }>({
    message: ({ done, failed, reason, stands }) =>
      `dokku ${done.join(', ')} was carried out, but then dokku ${failed} was not: ${reason}${stands === undefined ? '' : ` · What stands now: ${stands}`}`,
    remedy: ({ wayOut }) =>
      wayOut ?? 'Read the state, mend the reason, and then ask only for what is missing.',
  }),
  BACKUP_FAILED: failure<{ what: string; reason: string; wayOut: string }>({
    message: ({ what, reason }) => `${what}: ${reason}.`,
    remedy: ({ wayOut }) => wayOut,
  }),
  AUDIT_UNAVAILABLE: failure<{ command: string; sent: boolean; reason: string; outcome?: string }>({
    message: ({ command, sent, reason, outcome }) =>
      sent
        ? `dokku ${command} was sent (${outcome ?? 'outcome unknown'}), but its outcome could not be written to the audit log: ${reason}`
        : `The audit log could not be written (${reason}), so dokku ${command} was not sent.`,
    remedy: ({ sent }) =>
      `Ask the user to mend the state directory of this server (disk full, rights)${sent ? '; read the state before you call again.' : ', then call again.'}`,
  }),
  DEPLOY_FAILED: failure<{
    app: string;
    phase: string;
    cause: string;
    /** Stable code of the cause: IMAGE_NOT_FOUND, HEALTH_CHECK_FAILED … */
    diagnosis: string;
    /** What serves now, read back. */
    serves?: string;
    /** The deciding lines of the output: text of the app, shown as such. */
    evidence: readonly string[];
    advice: string;
  }>({
    message: ({ app, phase, cause, diagnosis, serves }) =>
      `The deploy of "${app}" failed in the ${phase} phase: ${cause} (${diagnosis}).${serves === undefined ? '' : ` It serves ${serves}.`}`,
    remedy: ({ advice }) => advice,
  }),
  CERTIFICATE_REFUSED: failure<{
    app: string;
    explanation: string;
    /** Stable code of the reason: RATE_LIMIT, DNS, PORT_80 … */
    cause: string;
    /** The deciding lines of the output: text of the host, shown as such. */
    evidence: readonly string[];
    advice: string;
  }>({
    message: ({ app, explanation, cause }) =>
      `No certificate was given for "${app}": ${explanation} (${cause}). What was served before is served on.`,
    remedy: ({ advice }) => advice,
  }),
  CONFIRMATION_REQUIRED: failure<{
    summary: string;
    effect: string;
    typedName?: string;
    digest: string;
    /** The stored plan that waits for consent. */
    plan: string;
    wayOut: string;
  }>({
    message: ({ summary, effect }) =>
      `${summary} is ${effect} and needs the consent of a person; nothing was sent.`,
    remedy: ({ wayOut }) => wayOut,
  }),
  CONFIRMATION_DECLINED: failure<{ summary: string; reason: string }>({
    message: ({ summary, reason }) => `${summary} was not confirmed (${reason}); nothing was sent.`,
    remedy: () => 'Do not look for another way; ask the user what they want instead.',
  }),
  PLAN_STALE: failure<{ reason: string }>({
    message: ({ reason }) => `The state has moved since the plan was made: ${reason}. Nothing was sent.`,
    remedy: () => 'Make the plan again with mode: plan and look at it once more.',
  }),
  PLAN_EXPIRED: failure<{ plan: string; expired: string }>({
    message: ({ plan, expired }) => `The plan ${plan} expired at ${expired}; nothing was sent.`,
    remedy: () => 'Make the plan again with mode: plan and look at it once more.',
  }),
  PLAN_MISMATCH: failure<{ plan: string; summary: string; reason: string }>({
    message: ({ plan, summary, reason }) =>
      `The plan ${plan} is not for this call: ${reason}. It was made for: ${summary}. Nothing was sent.`,
    remedy: ({ plan }) =>
      `Call the same tool with the same arguments and mode: "${plan}", or make a new plan with mode: plan.`,
  }),
  IN_PROGRESS: failure<{ what: string; summary: string }>({
    message: ({ what, summary }) =>
      `The first call with ${what} still runs: ${summary}. Nothing was sent again.`,
    remedy: () => 'Wait and call again in the same way: it answers with what came of the first call.',
    retryable: true,
  }),
  POLICY_DENIED: failure<{ what: string; rule: string; wayOut?: string }>({
    message: ({ what, rule }) => `${what} is not allowed here: ${rule}. Nothing was sent.`,
    remedy: ({ wayOut }) =>
      wayOut ?? 'Do not look for another way; ask the user to change the configuration if this is intended.',
  }),
  RATE_LIMITED: failure<{ kind: string; retry_after_seconds: number }>({
    message: ({ kind, retry_after_seconds }) =>
      `This client has called too often (${kind}); in ${retry_after_seconds} s it may again. Nothing was sent.`,
    remedy: ({ retry_after_seconds }) =>
      `Wait ${retry_after_seconds} s, then call again; the limits are security.rate_limits in the configuration of this server.`,
    retryable: true,
  }),
  INTERNAL: failure<{ id: string }>({
    message: ({ id }) => `Something in dokku-mcp itself went wrong (error ${id}).`,
    remedy: () =>
      'The log of the server has the details under this id. Read the state before you call again.',
  }),
} as const;
