// How every program here is bundled: one file, no run-time dependencies.
import { build } from 'esbuild';

const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');

/** Node's own modules by require: importing node:crypto as ESM loads all of WebCrypto, several milliseconds of each start. */
const builtins = {
  name: 'builtins',
  setup(plugin) {
    plugin.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin' },
    );
    plugin.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

export async function bundle(entry, outfile, firstLine = '') {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    // Blanks cost time at each start; names stay, for the traces in the log, and lines short enough to be shown there.
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'none',
    banner: { js: `${firstLine}${banner}` },
    plugins: [builtins],
    logLevel: 'warning',
  });
}
