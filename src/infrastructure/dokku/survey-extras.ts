import type { DokkuClient } from '../../application/ports.ts';
import type { HostAbout } from '../../domain/infrastructure/server.ts';
import type { SurveyedApp } from '../../domain/infrastructure/survey.ts';
import { httpAuthOf, letsencryptApps } from './infrastructure-facts.ts';
import { mapped, reports } from './infrastructure-reports.ts';
import type { Report } from './report.ts';
import { text } from './text.ts';

/** Reads one part of a survey; when it cannot be read, says so and gives `otherwise`. */
export type Optional = <T>(part: string, reading: Promise<T>, otherwise: T) => Promise<T>;

export interface Extras {
  readonly autoRenew: boolean | undefined;
  readonly letsencrypt: readonly string[] | undefined;
  readonly maintenance: ReadonlyMap<string, boolean>;
  readonly httpAuth: ReadonlyMap<string, NonNullable<SurveyedApp['httpAuth']>>;
}

/** What plugins beside the core ones say, where they are installed. */
export async function readExtras(
  client: DokkuClient,
  { plugins }: HostAbout,
  optional: Optional,
  signal?: AbortSignal,
): Promise<Extras> {
  const has = (name: string): boolean => plugins.some((plugin) => plugin.name === name && plugin.enabled);
  const when = async <T>(name: string, reading: () => Promise<T>, otherwise: T): Promise<T> =>
    has(name) ? optional(name, reading(), otherwise) : otherwise;
  const [letsencrypt, autoRenew, maintenance, httpAuth] = await Promise.all([
    when<readonly string[] | undefined>(
      'letsencrypt',
      async () =>
        letsencryptApps(await text(client, { name: 'letsencrypt:list', args: [], flags: ['quiet'] }, signal)),
      undefined,
    ),
    when<boolean | undefined>(
      'letsencrypt',
      async () => !/not enabled/.test(await text(client, { name: 'letsencrypt:cron-job', args: [] }, signal)),
      undefined,
    ),
    when('maintenance', () => reports(client, 'maintenance:report', signal), new Map<string, Report>()),
    when('http-auth', () => reports(client, 'http-auth:report', signal), new Map<string, Report>()),
  ]);
  return {
    letsencrypt,
    autoRenew,
    maintenance: mapped(maintenance, (_, report) => report.enabled === 'true'),
    httpAuth: mapped(httpAuth, (_, report) => httpAuthOf(report)),
  };
}
