/** A regular file or a symbolic link of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'link' | 'other';
  /** Where a symbolic link points. */
  readonly target: string;
  readonly content: Buffer;
}

const BLOCK = 512;

/** The entries of a tar archive (POSIX ustar with GNU long names), undefined when the bytes are none. */
export function readTar(bytes: Buffer): TarEntry[] | undefined {
  if (bytes.length < BLOCK) return undefined;
  const entries: TarEntry[] = [];
  let longName = '';
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (!checksumHolds(header)) return undefined;
    const size = octal(header, 124, 12);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) return undefined;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') {
      longName = text(content, 0, content.length);
    } else {
      const kind = type === '0' || type === '\0' ? 'file' : type === '2' ? 'link' : 'other';
      entries.push({ name: longName || name(header), kind, target: text(header, 157, 100), content });
      longName = '';
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

function name(header: Buffer): string {
  const prefix = text(header, 257, 5) === 'ustar' && header[262] === 0 ? text(header, 345, 155) : '';
  const own = text(header, 0, 100);
  return prefix === '' ? own : `${prefix}/${own}`;
}

function text(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
}

function octal(bytes: Buffer, start: number, length: number): number {
  return Number.parseInt(text(bytes, start, length).trim() || '0', 8) || 0;
}

/** The sum of the header's bytes with the checksum itself taken as blanks. */
function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum === octal(header, 148, 8);
}
