import { join } from 'node:path';
import { build } from 'esbuild';

const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');

/** Bundles a TypeScript program into one file, with the settings that the product itself is built with. */
export async function bundle(program: string, directory: string): Promise<string> {
  const outfile = join(directory, `${program.replaceAll(/[^a-z-]+/g, '-')}.mjs`);
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    banner: { js: banner },
    logLevel: 'warning',
  });
  return outfile;
}
