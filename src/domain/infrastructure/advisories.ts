/** A known fault of Dokku versions. */
export interface Advisory {
  readonly id: string;
  readonly detail: string;
  /** First version without it. */
  readonly fixedIn: string;
  /** First version with it, where it is not all before the fix. */
  readonly since?: string;
}

const known: readonly Advisory[] = [
  {
    id: 'CVE-2026-45408',
    detail: 'a crafted app name runs commands on the host at a push',
    fixedIn: '0.38.2',
  },
  {
    id: 'cron-injection',
    detail: 'cron commands of app.json are run by the shell of the host',
    fixedIn: '0.38.7',
  },
  {
    id: 'option-injection',
    detail: 'docker options, run --env and --ttl-seconds are evaluated by the shell of the host',
    fixedIn: '0.38.25',
  },
  {
    id: 'config-rewind',
    detail: 'the upgrade merges an old ENV file over the configuration',
    since: '0.38.26',
    fixedIn: '0.38.27',
  },
];

/** The known faults of one Dokku version, `0.38.27`. */
export function advisories(version: string): readonly Advisory[] {
  return known.filter(
    ({ fixedIn, since }) =>
      compareVersions(version, fixedIn) < 0 && (since === undefined || compareVersions(version, since) >= 0),
  );
}

/** Negative when `a` is older than `b`; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let part = 0; part < 3; part += 1) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
