import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { InstalledCertificate } from '../../domain/infrastructure/certificate.ts';
import type { Network, NetworkSettings } from '../../domain/infrastructure/network.ts';
import type { ServerFacts } from '../../domain/infrastructure/server.ts';
import type { Mount, StorageEntry } from '../../domain/infrastructure/storage.ts';
import { certificateOf, entriesOf, mountsOf, networkSettingsOf, networksOf } from './infrastructure-facts.ts';
import { parseTextReports, type Report } from './report.ts';
import { parseServerReport } from './server-report.ts';
import { text } from './text.ts';

/** A certificate costs 0.1 s in certs:report; 60 s are some 500 of them. */
const SLOW_MS = 60_000;

/** A report over all apps in its text form, in which each has its name: no join is needed. */
export async function reports(
  client: DokkuClient,
  command: string,
  signal?: AbortSignal,
  deadlineMs?: number,
): Promise<ReadonlyMap<string, Report>> {
  return parseTextReports(command, await text(client, { name: command, args: [] }, signal, deadlineMs));
}

export async function readServer(client: DokkuClient, signal?: AbortSignal): Promise<ServerFacts> {
  return parseServerReport(await text(client, { name: 'report', args: [] }, signal));
}

/** JSON since 0.35.3; an older host prints names, whatever the format. */
export async function readNetworks(client: DokkuClient, signal?: AbortSignal): Promise<readonly Network[]> {
  try {
    return networksOf(await text(client, { name: 'network:list', args: ['--format', 'json'] }, signal));
  } catch (error) {
    if (!DomainError.is(error, 'USAGE')) throw error;
    return networksOf(await text(client, { name: 'network:list', args: [] }, signal));
  }
}

export async function readNetworkSettings(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, NetworkSettings>> {
  return mapped(await reports(client, 'network:report', signal), (_, report) => networkSettingsOf(report));
}

export async function readCertificates(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, InstalledCertificate>> {
  const found = await reports(client, 'certs:report', signal, SLOW_MS);
  return new Map(
    [...found].flatMap(([app, report]) => {
      const certificate = certificateOf(report);
      return certificate === undefined ? [] : [[app, certificate] as const];
    }),
  );
}

/** Named entries came with 0.38. */
export async function readEntries(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<readonly StorageEntry[]> {
  try {
    return entriesOf(
      await text(client, { name: 'storage:list-entries', args: ['--format', 'json'] }, signal),
    );
  } catch (error) {
    if (DomainError.is(error, 'UNSUPPORTED')) return [];
    throw error;
  }
}

export async function readMounts(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly Mount[]>> {
  return mapped(await reports(client, 'storage:report', signal), mountsOf);
}

export function mapped<A, B>(
  entries: ReadonlyMap<string, A>,
  change: (key: string, value: A) => B,
): ReadonlyMap<string, B> {
  return new Map([...entries].map(([key, value]) => [key, change(key, value)]));
}
