import { secretsOfAddress } from '../../domain/address.ts';
import type { DeploySource } from '../../domain/application/deployment.ts';
import { ValidationError } from '../../domain/errors.ts';
import type { Command } from '../ports.ts';

/**
 * The one Dokku command that deploys a source. `git:sync --build` builds also when the commit is what runs already;
 * `git:from-image` takes no --force, which would only pull again and still refuse an unchanged name (measured).
 * INVALID_ARGUMENT for a value that Dokku would read as an option, and for `command`, which is no source.
 */
export function deployCommand(app: string, source: DeploySource): Command {
  switch (source.kind) {
    case 'image':
      return { name: 'git:from-image', args: [app, word('image', source.image)] };
    case 'git': {
      const ref = source.ref === undefined ? [] : [word('ref', source.ref)];
      return withSecrets(source.url, {
        name: 'git:sync',
        args: ['--build', app, word('git_url', source.url), ...ref],
      });
    }
    case 'archive':
      return withSecrets(source.url, {
        name: 'git:from-archive',
        args: ['--archive-type', source.type, app, word('archive_url', source.url)],
      });
    case 'rebuild':
      return { name: 'ps:rebuild', args: [app] };
    case 'command':
      throw new ValidationError('source', `${source.command} deploys no source`);
  }
}

/** What lets into the address is masked wherever it is printed, in whatever form. */
function withSecrets(address: string, command: Command): Command {
  const secrets = secretsOfAddress(address);
  return secrets.length === 0 ? command : { ...command, secrets };
}

/** Sources of old releases come from the host and did not pass the input schemas. */
function word(field: string, value: string): string {
  if (/^-|[\s'"\\`$]/.test(value) || value === '') {
    throw new ValidationError(field, 'it begins with a dash or holds blanks, quotes, $ or a backslash', {
      wayOut: 'Deploy the version you want with deploy_start.',
    });
  }
  return value;
}
