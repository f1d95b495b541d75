// Bundles the product into one file.
import { chmod } from 'node:fs/promises';
import { bundle } from './bundle.mjs';

await bundle('src/main.ts', 'dist/main.mjs', '#!/usr/bin/env node\n');
await chmod('dist/main.mjs', 0o755);
