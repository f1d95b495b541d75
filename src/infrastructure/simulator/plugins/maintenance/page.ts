import { createHash } from 'node:crypto';
import { byBytes, property, setProperty } from '../../access.ts';
import { Exit, type Invocation } from '../../invocation.ts';
import { fail, info, verbose, warning } from '../../output.ts';
import { readTar } from '../../proxy/tar.ts';
import type { SimulatedApp } from '../../state.ts';
import { emptyTar, folderTar } from './folder-tar.ts';

const SUM = 'custom-page-sha256';
/** What a compressed archive begins with. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** `custom-page`: what the archive on standard input holds becomes the app's page. Ends with tar's own 2 for none. */
export async function importPage(call: Invocation, app: SimulatedApp): Promise<void> {
  if (call.tty) fail(call, 'Tar archive containing at least maintenance.html expected on stdin');
  call.out(info('Importing custom maintenance page...'));
  await call.sleep(10);
  if (call.stdin.subarray(0, 2).equals(GZIP)) {
    call.err('tar: Archive is compressed. Use -z option\ntar: Error is not recoverable: exiting now\n');
    throw new Exit(2);
  }
  const entries = readTar(call.stdin);
  if (entries === undefined) {
    call.err('tar: This does not look like a tar archive\n');
    call.err('tar: Exiting with failure status due to previous errors\n');
    throw new Exit(2);
  }
  for (const { name } of entries) call.out(`${name}\n`);
  const files = new Map(
    entries
      .filter(({ kind }) => kind === 'file')
      .map(({ name, content }) => [name.replace(/^(?:\.?\/)+/, ''), content.toString('utf8')] as const),
  );
  if (!files.has('maintenance.html')) fail(call, 'Tar archive missing maintenance.html');
  await call.sleep(15);
  // The shell's `*` leaves out what begins with a dot.
  const page = new Map([...files].filter(([name]) => !name.startsWith('.')));
  app.maintenancePage = page;
  setProperty(call.host, 'maintenance', app, SUM, checksum(page));
  call.out(verbose('Done'));
}

/** `custom-page-export`: the page as an archive, an empty one where the app has no page of its own. */
export function exportPage(call: Invocation, app: SimulatedApp): void {
  if (call.tty) {
    fail(call, 'This command writes a tar archive to stdout; redirect it to a file or pipe it');
  }
  if (property(call.host, 'maintenance', app, SUM) === '') {
    call.err(warning(`No custom maintenance page set for ${app.name}; nothing to export`));
    call.out(emptyTar());
    return;
  }
  call.out(folderTar(app.maintenancePage ?? new Map(), call.host.now()));
}

/** `custom-page-remove` up to the reload; false when there was none. */
export function removePage(call: Invocation, app: SimulatedApp): boolean {
  if (property(call.host, 'maintenance', app, SUM) === '') {
    call.out(info(`No custom maintenance page set for ${app.name}`));
    return false;
  }
  call.out(info(`Removing custom maintenance page for ${app.name}...`));
  setProperty(call.host, 'maintenance', app, SUM, '');
  delete app.maintenancePage;
  return true;
}

/** The digest over `sha256sum` lines of the files, sorted by name (fn-maintenance-custom-page-checksum). */
function checksum(page: ReadonlyMap<string, string>): string {
  const lines = [...page]
    .sort(([a], [b]) => byBytes(a, b))
    .map(([name, text]) => `${sha256(text)}  ${name}\n`);
  return sha256(lines.join(''));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
