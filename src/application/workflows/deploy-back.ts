import type { Application, Source } from '../../domain/application/application.ts';
import type { DeploySource } from '../../domain/application/deployment.ts';
import { describeServed, servesAsked } from '../../domain/application/served-source.ts';
import type { Plan } from '../operation.ts';
import { deployCommand } from './deploy-command.ts';

/** The source that serves now, deployed again; an image that served under the same name was replaced on the host. */
export function wayBack(
  { name, source }: Application,
  asked: DeploySource,
): Pick<Plan, 'inverse' | 'back' | 'noWayBack'> {
  if (source === undefined) return { noWayBack: 'It was the first deploy: there is no earlier source.' };
  const earlier = again(source);
  if (earlier === undefined) return { noWayBack: `What served before was ${describeServed(source)}.` };
  if (earlier.kind === 'image' && servesAsked(source, asked) !== false) {
    return { noWayBack: 'It serves the same image name: which image stood behind it before is not known.' };
  }
  return { inverse: [deployCommand(name, earlier)], back: { job: earlier } };
}

/** A served source as something to deploy; undefined for a push, whose repository is not known. */
function again({ kind, location, revision, archive }: Source): DeploySource | undefined {
  if (kind === 'image') return { kind, image: location };
  if (kind === 'git' && revision !== undefined) return { kind, url: location, ref: revision };
  if (kind === 'archive' && archive !== undefined) return { kind, url: location, type: archive };
  return undefined;
}
