import { join } from 'node:path';
import { bundle as bundleTo } from '../scripts/bundle.mjs';

/** Bundles a TypeScript program into one file, with the settings that the product itself is built with. */
export async function bundle(program: string, directory: string): Promise<string> {
  const outfile = join(directory, `${program.replaceAll(/[^a-z-]+/g, '-')}.mjs`);
  await bundleTo(program, outfile);
  return outfile;
}
