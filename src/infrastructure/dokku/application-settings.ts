import type { AppSettings, DockerPhase, ServiceLink } from '../../domain/application/settings.ts';
import { type Report, words } from './report.ts';
import type { ReportReader } from './report-reader.ts';

/** How the service plugins link an app: `--link dokku.TYPE.NAME:dokku-TYPE-NAME` among its docker options (measured). */
const LINK = /^--link[ =]dokku\.([a-z][a-z0-9-]*)\.(\S+?):\S+$/;

/** Reads what an app is set to, with four reports at once. Faults: those of the client, and UNEXPECTED_OUTPUT. */
export async function readSettings(
  reports: Pick<ReportReader, 'one'>,
  app: string,
  signal: AbortSignal,
): Promise<AppSettings> {
  const [docker, builder, buildpacks, nginx] = await Promise.all(
    ['docker-options:report', 'builder:report', 'buildpacks:report', 'nginx:report'].map((command) =>
      reports.one(command, app, signal),
    ),
  );
  const options = (phase: DockerPhase): readonly string[] => optionsOf(docker ?? {}, phase);
  const own = (phase: DockerPhase): readonly string[] =>
    options(phase).filter((option) => !LINK.test(option));
  return {
    dockerOptions: { build: own('build'), deploy: own('deploy'), run: own('run') },
    builder: filled({ selected: builder?.selected ?? '', 'build-dir': builder?.['build-dir'] ?? '' }),
    buildpacks: (buildpacks?.list ?? '').split(/[\s,]+/).filter((url) => url !== ''),
    nginx: filled(
      Object.fromEntries(
        Object.entries(nginx ?? {}).filter(([key]) => !/^(?:computed|global|last)-/.test(key)),
      ),
    ),
    services: linksOf([...options('build'), ...options('deploy'), ...options('run')]),
  };
}

/** From 0.38 on the report has a list; before that the options stand in one line, each with its hyphens. */
function optionsOf(report: Report, phase: DockerPhase): readonly string[] {
  const list: unknown = JSON.parse(report[`${phase}-list`] || 'null');
  if (Array.isArray(list)) return list.map(String);
  return (report[phase] ?? '')
    .split(/\s+(?=-)/)
    .flatMap((option) => (words(option).length > 0 ? [option.trim()] : []));
}

function linksOf(options: readonly string[]): readonly ServiceLink[] {
  const found = new Map<string, ServiceLink>();
  for (const option of options) {
    const [, type, name] = LINK.exec(option) ?? [];
    if (type !== undefined && name !== undefined) found.set(`${type}/${name}`, { type, name });
  }
  return [...found.values()];
}

function filled(report: Report): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== ''));
}
