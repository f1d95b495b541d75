/** Options of `docker run` and `docker build` that neither open the host nor another app; all else is refused. */
const ALLOWED: ReadonlySet<string> = new Set([
  '--add-host',
  '--build-arg',
  '--cpu-period',
  '--cpu-quota',
  '--cpu-shares',
  '--cpus',
  '--cpuset-cpus',
  '--dns',
  '--dns-option',
  '--dns-search',
  '--gpus',
  '--health-cmd',
  '--health-interval',
  '--health-retries',
  '--health-start-period',
  '--health-timeout',
  '--hostname',
  '--label',
  '--memory',
  '--memory-reservation',
  '--memory-swap',
  '--memory-swappiness',
  '--pids-limit',
  '--platform',
  '--restart',
  '--shm-size',
  '--stop-signal',
  '--stop-timeout',
  '--target',
  '--tmpfs',
  '--ulimit',
]);

/** The same, for options that take no value. */
const ALLOWED_ALONE: ReadonlySet<string> = new Set([
  '--init',
  '--no-cache',
  '--no-healthcheck',
  '--pull',
  '--read-only',
]);

const SHORT: ReadonlyMap<string, string> = new Map([
  ['-l', '--label'],
  ['-m', '--memory'],
]);

const PLAIN = /^[A-Za-z0-9_./:=@%+, -]*$/;

/**
 * Why the options of a `docker-options:add` are refused; undefined when each of them is on the short list. Most options
 * of docker give the whole host away (`--privileged`, `--pid=host`, `-v /:/host`, `--device`, `--security-opt` ...), so
 * only named ones pass, and only with values that no shell could read as anything but text (before 0.38.25 Dokku
 * evaluated them).
 */
export function reasonAgainstDockerOptions(words: readonly string[]): string | undefined {
  const text = words.join(' ');
  if (!PLAIN.test(text)) return 'docker options may hold no quotes, no $ and no other character of the shell';
  let open: string | undefined;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const [given = word, ...rest] = word.split('=');
    const name = open ?? SHORT.get(given) ?? given;
    const value = open === undefined ? (rest.length === 0 ? undefined : rest.join('=')) : word;
    if (open !== undefined && word.startsWith('-'))
      return `${word} stands where the value of ${open} should be`;
    if (ALLOWED_ALONE.has(name)) {
      if (value !== undefined) return `${name} takes no value`;
    } else if (!ALLOWED.has(name)) {
      return given.startsWith('-')
        ? `the docker option ${given} is not on the short list of options that cannot open the host`
        : 'docker options begin with hyphens';
    } else if (name === '--label' && value?.startsWith('com.dokku.')) {
      return 'labels that begin with com.dokku. tell Dokku which app a container belongs to';
    }
    open = value === undefined && ALLOWED.has(name) ? name : undefined;
  }
  return open === undefined ? undefined : `the docker option ${open} has no value`;
}
