import type { SimulatedApp, SimulatedImage } from '../state.ts';
import type { AppJson, Revision } from '../world/revision.ts';

/** What a deploy deploys: an image, and the Procfile and app.json that tell how. */
export interface Manifest {
  readonly image: SimulatedImage;
  readonly procfile?: Readonly<Record<string, string>>;
  readonly appJson?: AppJson;
}

/** The manifest of a revision that was just built. */
export function builtManifest(image: SimulatedImage, { procfile, appJson }: Revision): Manifest {
  return { image, ...(procfile && { procfile }), ...(appJson && { appJson }) };
}

/**
 * The manifest of a deploy without a build: the image that was built last, also when its own deploy failed, with the
 * Procfile and app.json of the last deploy that went through.
 */
export function standingManifest(app: SimulatedApp, image: SimulatedImage): Manifest {
  return {
    image,
    ...(app.procfile && { procfile: app.procfile }),
    ...(app.appJson && { appJson: app.appJson }),
  };
}

/** The command of a process type: Dokku's start-cmd first, the Procfile's or the image's own. */
export function processCommand(manifest: Manifest, type: string): string {
  const { image, procfile } = manifest;
  return (
    procfile?.[type] ?? (image.revision?.dockerfile.command ?? image.base?.command ?? ['/app/web']).join(' ')
  );
}
