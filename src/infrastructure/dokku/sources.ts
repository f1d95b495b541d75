import type { AppState, Source } from '../../domain/application/application.ts';
import type { Report } from './report.ts';

/**
 * What the last successful deploy was made from, out of apps:report (the `deploy-source-set` trigger of
 * plugins/git): `docker-image` with the image, `git-sync` with `URL#COMMIT`, `git-push` with the commit, and the type
 * of an archive (`tar`, `tar.gz`, `zip`) with its URL. Undefined: nothing was ever deployed with success.
 */
export function sourceOf(report: Report): Source | undefined {
  const kind = report['deploy-source'] ?? '';
  const metadata = report['deploy-source-metadata'] ?? '';
  switch (kind) {
    case '':
      return undefined;
    case 'docker-image':
      return { kind: 'image', location: metadata };
    case 'git-push':
      return { kind: 'push', location: '', revision: metadata };
    case 'git-sync': {
      const hash = metadata.lastIndexOf('#');
      return hash === -1
        ? { kind: 'git', location: metadata }
        : { kind: 'git', location: metadata.slice(0, hash), revision: metadata.slice(hash + 1) };
    }
    case 'tar':
    case 'tar.gz':
    case 'zip':
      return { kind: 'archive', location: metadata };
    default:
      return { kind: 'unknown', location: metadata };
  }
}

/** Where an app stands; `restore` is false after `ps:stop`, which is how Dokku remembers a stop on purpose. */
export function stateOf(facts: { building: boolean; deployed: boolean; restore: boolean }): AppState {
  if (facts.building) return 'deploying';
  if (!facts.deployed) return 'created';
  return facts.restore ? 'deployed' : 'stopped';
}
