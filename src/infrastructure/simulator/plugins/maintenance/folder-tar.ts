import { byBytes } from '../../access.ts';

const BLOCK = 512;
const RECORD = 20 * BLOCK;

/** An archive of nothing, as GNU tar writes it. */
export const emptyTar = (): string => '\0'.repeat(RECORD);

/** What `tar -cf - -C FOLDER .` writes of a folder of text files that belongs to the dokku user. */
export function folderTar(files: ReadonlyMap<string, string>, at: number): string {
  const folders = new Set<string>(['./']);
  for (const name of files.keys()) {
    const parts = name.split('/').slice(0, -1);
    for (const [index] of parts.entries()) folders.add(`./${parts.slice(0, index + 1).join('/')}/`);
  }
  const entries = [
    ...[...folders].map((name) => ({ name, text: undefined })),
    ...[...files].map(([name, text]) => ({ name: `./${name}`, text })),
  ].sort((a, b) => byBytes(a.name, b.name));
  const archive = entries.map(({ name, text }) => entry(name, text, at)).join('');
  return padded(`${archive}${'\0'.repeat(2 * BLOCK)}`, RECORD);
}

function entry(name: string, text: string | undefined, at: number): string {
  const size = Buffer.byteLength(text ?? '');
  return `${header(name, text === undefined, size, at)}${padded(text ?? '', BLOCK)}`;
}

function padded(text: string, unit: number): string {
  const length = Buffer.byteLength(text);
  return `${text}${'\0'.repeat((unit - (length % unit)) % unit)}`;
}

/** A header of GNU's own format; the checksum counts itself as blanks. */
function header(name: string, folder: boolean, size: number, at: number): string {
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width, '0')}\0`;
  const before = [
    name.padEnd(100, '\0'),
    octal(folder ? 0o755 : 0o644, 7),
    octal(1001, 7),
    octal(1001, 7),
    octal(size, 11),
    octal(Math.floor(at / 1000), 11),
  ].join('');
  const after = [
    folder ? '5' : '0',
    '\0'.repeat(100),
    'ustar  \0',
    'dokku'.padEnd(32, '\0'),
    'dokku'.padEnd(32, '\0'),
  ].join('');
  const sum = Buffer.from(`${before}${' '.repeat(8)}${after}`).reduce((total, byte) => total + byte, 0);
  return `${before}${octal(sum, 6)} ${after}`.padEnd(BLOCK, '\0');
}
