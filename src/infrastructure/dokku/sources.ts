import type { AppState, Source } from '../../domain/application/application.ts';
import { servedSource } from '../../domain/application/served-source.ts';
import type { Report } from './report.ts';

/** What the last successful deploy was made from, out of apps:report; undefined: nothing was ever deployed with success. */
export function sourceOf(report: Report): Source | undefined {
  return servedSource(report['deploy-source'] ?? '', report['deploy-source-metadata'] ?? '');
}

/** Where an app stands; `restore` is false after `ps:stop`, which is how Dokku remembers a stop on purpose. */
export function stateOf(facts: { building: boolean; deployed: boolean; restore: boolean }): AppState {
  if (facts.building) return 'deploying';
  if (!facts.deployed) return 'created';
  return facts.restore ? 'deployed' : 'stopped';
}
