// Runs a TypeScript file of this repository: `node scripts/run.mjs FILE.ts ARGS...`. Node 20 cannot read TypeScript,
// so the file is bundled first; packages stay outside of the bundle.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node scripts/run.mjs FILE.ts [ARGS...]\n');
  process.exit(2);
}
const cache = path.join(root, 'node_modules', '.cache', 'dokku-mcp');
mkdirSync(cache, { recursive: true });
const bundle = path.join(cache, `${path.basename(file, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [path.resolve(file)],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'error',
});
process.argv.splice(1, process.argv.length - 1, path.resolve(file), ...args);
try {
  await import(pathToFileURL(bundle).href);
} finally {
  const { rmSync } = await import('node:fs');
  rmSync(bundle, { force: true });
}
