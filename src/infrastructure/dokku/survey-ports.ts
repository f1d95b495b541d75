import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { SurveyedApp } from '../../domain/infrastructure/survey.ts';
import { portsOf } from '../../domain/infrastructure/tls-ports.ts';
import { readColumn } from './overview.ts';
import { words } from './report.ts';

/** Most apps that are asked of either kind. */
const MOST = 20;

/** The mappings that Dokku detects for an app, as they are in force with or without a certificate. Costs 0.6 s. */
export async function readDetectedPorts(
  client: DokkuClient,
  app: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const [line] = await readColumn(client, 'ports:report', [app, '--ports-map-detected'], { signal });
  return words(line);
}

/**
 * Adds the detected mappings where they may clash: of apps with a certificate and no explicit mapping, and only where
 * one of those serves TLS on another port than 443, of the apps that may serve the same port plainly. All of them at
 * once would cost 0.6 s an app.
 */
export async function withDetectedPorts(
  client: DokkuClient,
  apps: readonly SurveyedApp[],
  signal?: AbortSignal,
): Promise<{ readonly apps: readonly SurveyedApp[]; readonly asked: number }> {
  const found = new Map<string, readonly string[]>();
  const ask = async (wanted: readonly SurveyedApp[]): Promise<void> => {
    const names = wanted
      .filter(isDetected)
      .map(({ summary }) => summary.name)
      .slice(0, MOST);
    await Promise.all(
      names.map(async (name) =>
        found.set(name, await readDetectedPorts(client, name, signal).catch(tolerate)),
      ),
    );
  };
  await ask(apps.filter(({ certificate }) => certificate !== undefined));
  const secured = apps.filter(({ certificate }) => certificate !== undefined);
  const ports = secured.flatMap(({ summary, settings }) => [
    ...portsOf(settings?.ports ?? [], 'https'),
    ...portsOf(found.get(summary.name) ?? [], 'https'),
  ]);
  if (ports.some((port) => port !== '443')) {
    await ask(apps.filter(({ certificate }) => certificate === undefined));
  }
  return {
    apps: apps.map((app) => {
      const detected = found.get(app.summary.name);
      return detected === undefined ? app : { ...app, detected };
    }),
    asked: found.size,
  };
}

/** True when requests reach it over ports that nobody set. */
function isDetected({ summary, settings }: SurveyedApp): boolean {
  return summary.state === 'deployed' && settings?.proxy.enabled === true && settings.ports.length === 0;
}

/** It may just have been removed. */
function tolerate(error: unknown): readonly string[] {
  if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
  return [];
}
