import type { Clock, DokkuClient } from '../../application/ports.ts';
import type { PlannedCommand } from '../../domain/application/repository.ts';
import { DomainError } from '../../domain/errors.ts';
import type { InstalledCertificate } from '../../domain/infrastructure/certificate.ts';
import type { Network, NetworkSettings, Phase } from '../../domain/infrastructure/network.ts';
import type {
  CertificateFiles,
  InfrastructureRepository,
  MountWanted,
  Route,
} from '../../domain/infrastructure/repository.ts';
import type { ServerFacts } from '../../domain/infrastructure/server.ts';
import type { Mount, StorageEntry } from '../../domain/infrastructure/storage.ts';
import type { HostSurvey } from '../../domain/infrastructure/survey.ts';
import { readColumns } from './columns.ts';
import {
  attachCommands,
  createEntryCommands,
  createNetworkCommands,
  destroyEntryCommands,
  destroyNetworkCommands,
  ensureDirectoryCommands,
  installCertificateCommands,
  mountCommands,
  removeCertificateCommands,
  unmountCommands,
} from './infrastructure-changes.ts';
import { certificateOf } from './infrastructure-facts.ts';
import {
  readCertificates,
  readEntries,
  readMounts,
  readNetworkSettings,
  readNetworks,
  readServer,
  reports,
} from './infrastructure-reports.ts';
import { parseTextReports, words } from './report.ts';
import { readSurvey } from './survey.ts';
import { readDetectedPorts } from './survey-ports.ts';
import { text } from './text.ts';

/** The host over its reports. Nothing is remembered: these facts are asked for rarely and change from outside. */
export class DokkuInfrastructureRepository implements InfrastructureRepository {
  readonly #client: DokkuClient;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(client: DokkuClient, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#clock = clock;
  }

  server(signal?: AbortSignal): Promise<ServerFacts> {
    return readServer(this.#client, signal);
  }

  networks(signal?: AbortSignal): Promise<readonly Network[]> {
    return readNetworks(this.#client, signal);
  }

  networkSettings(signal?: AbortSignal): Promise<ReadonlyMap<string, NetworkSettings>> {
    return readNetworkSettings(this.#client, signal);
  }

  certificates(signal?: AbortSignal): Promise<ReadonlyMap<string, InstalledCertificate>> {
    return readCertificates(this.#client, signal);
  }

  async certificate(app: string, signal?: AbortSignal): Promise<InstalledCertificate | undefined> {
    const report = parseTextReports(
      'certs:report',
      await text(this.#client, { name: 'certs:report', args: [app] }, signal),
    ).get(app);
    return report === undefined ? undefined : certificateOf(report);
  }

  async routes(signal?: AbortSignal): Promise<readonly Route[]> {
    const columns = [
      { command: 'domains:report', key: '--domains-app-vhosts' },
      { command: 'ports:report', key: '--ports-map' },
    ];
    const [joined, proxies, settings] = await Promise.all([
      readColumns(this.#client, columns, signal),
      reports(this.#client, 'proxy:report', signal),
      readNetworkSettings(this.#client, signal),
    ]);
    if (joined === undefined) {
      throw new DomainError('CONFLICT', {
        reason: 'Apps came and went while the domains were read, so they cannot be told apart.',
        wayOut: 'Call again.',
      });
    }
    return [...joined].map(([app, [domains, ports]]) => {
      const proxy = proxies.get(app);
      return {
        app,
        domains: words(domains),
        ports: words(ports),
        proxy: { enabled: proxy?.enabled !== 'false', type: proxy?.['computed-type'] || proxy?.type || '' },
        listeners: settings.get(app)?.listeners ?? [],
      };
    });
  }

  detectedPorts(app: string, signal?: AbortSignal): Promise<readonly string[]> {
    return readDetectedPorts(this.#client, app, signal);
  }

  entries(signal?: AbortSignal): Promise<readonly StorageEntry[]> {
    return readEntries(this.#client, signal);
  }

  async mounts(signal?: AbortSignal): Promise<readonly Mount[]> {
    return [...(await readMounts(this.#client, signal)).values()].flat();
  }

  settings(
    plugin: 'cron' | 'registry' | 'scheduler',
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    return reports(this.#client, `${plugin}:report`, signal);
  }

  survey(options: { deep: boolean }, signal?: AbortSignal): Promise<HostSurvey> {
    return readSurvey(this.#client, () => this.#clock.now(), options, signal);
  }

  createNetwork(name: string): readonly PlannedCommand[] {
    return createNetworkCommands(name);
  }

  destroyNetwork(name: string): readonly PlannedCommand[] {
    return destroyNetworkCommands(name);
  }

  attach(app: string, phase: Phase, networks: readonly string[]): readonly PlannedCommand[] {
    return attachCommands(app, phase, networks);
  }

  installCertificate(app: string, files: CertificateFiles, replaces: boolean): readonly PlannedCommand[] {
    return installCertificateCommands(app, files, replaces);
  }

  removeCertificate(app: string): readonly PlannedCommand[] {
    return removeCertificateCommands(app);
  }

  createEntry(name: string, chown?: string): readonly PlannedCommand[] {
    return createEntryCommands(name, chown);
  }

  ensureDirectory(name: string, chown?: string): readonly PlannedCommand[] {
    return ensureDirectoryCommands(name, chown);
  }

  destroyEntry(name: string): readonly PlannedCommand[] {
    return destroyEntryCommands(name);
  }

  mount(wanted: MountWanted): readonly PlannedCommand[] {
    return mountCommands(wanted);
  }

  unmount(mount: Pick<Mount, 'app' | 'entry' | 'hostPath' | 'containerPath'>): readonly PlannedCommand[] {
    return unmountCommands(mount);
  }
}
