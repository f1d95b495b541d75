import { execFileSync } from 'node:child_process';

/** End-to-end tests start the program as a user does: from the bundle, built once before all tests. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
