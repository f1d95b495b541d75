import type { InfrastructureRepository } from '../../domain/infrastructure/repository.ts';
import type { HostSurvey } from '../../domain/infrastructure/survey.ts';
import type { Rights } from '../rights.ts';
import { denied } from './client.ts';

const HIDDEN = 'there are apps that this role may not read, so who uses what is not known in full';

/**
 * Shows only the apps that may be read. Where it matters that *somebody* uses a thing (a network, a directory), an app
 * that is hidden stays as one without its name: otherwise what it uses would look abandoned. What concerns the whole
 * host is for the client to refuse.
 */
export function guardInfrastructure(
  infrastructure: InfrastructureRepository,
  rights: Pick<Rights, 'open' | 'sees' | 'subject'>,
): InfrastructureRepository {
  if (rights.open) return infrastructure;
  const sees = (app: string): boolean => rights.sees(app);
  const see = (app: string): void => {
    if (sees(app)) return;
    throw denied(
      `The app "${app}"`,
      `it is not among the apps that the role "${rights.subject.role}" may read`,
    );
  };
  return {
    server: (signal) => infrastructure.server(signal),
    networks: (signal) => infrastructure.networks(signal),
    entries: (signal) => infrastructure.entries(signal),
    async networkSettings(signal) {
      const all = [...(await infrastructure.networkSettings(signal))];
      return new Map(all.map(([app, found], index) => [nameOf(app, index, sees), found]));
    },
    async mounts(signal) {
      const all = await infrastructure.mounts(signal);
      const names = [...new Set(all.map(({ app }) => app))];
      return all.map((mount) => ({ ...mount, app: nameOf(mount.app, names.indexOf(mount.app), sees) }));
    },
    async certificates(signal) {
      return new Map([...(await infrastructure.certificates(signal))].filter(([app]) => sees(app)));
    },
    async certificate(app, signal) {
      see(app);
      return await infrastructure.certificate(app, signal);
    },
    async detectedPorts(app, signal) {
      see(app);
      return await infrastructure.detectedPorts(app, signal);
    },
    routes: async (signal) => (await infrastructure.routes(signal)).filter(({ app }) => sees(app)),
    async settings(plugin, signal) {
      return new Map([...(await infrastructure.settings(plugin, signal))].filter(([app]) => sees(app)));
    },
    survey: async (options, signal) => visible(await infrastructure.survey(options, signal), sees),
    createNetwork: (name) => infrastructure.createNetwork(name),
    destroyNetwork: (name) => infrastructure.destroyNetwork(name),
    attach: (app, phase, networks) => infrastructure.attach(app, phase, networks),
    installCertificate: (app, files, replaces) => infrastructure.installCertificate(app, files, replaces),
    removeCertificate: (app) => infrastructure.removeCertificate(app),
    createEntry: (name, chown) => infrastructure.createEntry(name, chown),
    ensureDirectory: (name, chown) => infrastructure.ensureDirectory(name, chown),
    destroyEntry: (name) => infrastructure.destroyEntry(name),
    mount: (wanted) => infrastructure.mount(wanted),
    unmount: (mount) => infrastructure.unmount(mount),
  };
}

function nameOf(app: string, index: number, sees: (app: string) => boolean): string {
  return sees(app) ? app : `(hidden app ${index + 1})`;
}

/** Without the hidden apps nobody can tell what is an orphan, so networks and storage count as not read. */
function visible(survey: HostSurvey, sees: (app: string) => boolean): HostSurvey {
  const apps = survey.apps.filter(({ summary }) => sees(summary.name));
  if (apps.length === survey.apps.length) return survey;
  const { letsencrypt, missing } = survey;
  return {
    ...survey,
    apps,
    ...(letsencrypt === undefined ? {} : { letsencrypt: letsencrypt.filter(sees) }),
    missing: [...missing, { part: 'storage', reason: HIDDEN }, { part: 'network settings', reason: HIDDEN }],
  };
}
