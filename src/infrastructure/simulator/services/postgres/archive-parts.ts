/** Why pg_restore gives a file up, in its own words. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault';
}

/** One line of an archive's table of contents. */
export interface Entry {
  readonly id: number;
  readonly hasData?: boolean;
  readonly catalogue?: string;
  readonly oid?: string;
  readonly tag: string;
  readonly kind: string;
  readonly section: number;
  readonly definition?: string;
  readonly drop?: string;
  readonly copy?: string;
  readonly namespace?: string;
  readonly tablespace?: string;
  /** The table's access method. */
  readonly method?: string;
  readonly owner?: string;
  readonly dependencies?: readonly string[];
}

/** A number as archives hold it: its sign and four bytes, the lowest first. */
export function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(value < 0 ? 1 : 0, 0);
  bytes.writeUInt32LE(Math.abs(value), 1);
  return bytes;
}

/** A text with its length before it; no text at all is the length -1. */
export function text(value: string | undefined): Buffer {
  if (value === undefined) return integer(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([integer(bytes.length), bytes]);
}

export function entry(line: Entry): Buffer {
  const { owner, dependencies = [] } = line;
  return Buffer.concat([
    integer(line.id),
    integer(line.hasData === true ? 1 : 0),
    text(line.catalogue ?? '0'),
    text(line.oid ?? '0'),
    text(line.tag),
    text(line.kind),
    integer(line.section),
    text(line.definition),
    text(line.drop),
    text(line.copy),
    text(line.namespace),
    text(line.tablespace),
    text(line.method),
    text(owner),
    text('false'),
    ...dependencies.map(text),
    text(undefined),
    // Where the data lies: not known when a stream is written, or none at all.
    Buffer.from([line.hasData === true ? 1 : 3, 0, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}

/** Reads an archive from its start to its end. */
export class ArchiveReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    if (bytes.length < 5) {
      throw new ArchiveFault(`input file is too short (read ${bytes.length}, expected 5)`);
    }
    if (bytes.subarray(0, 5).toString('latin1') !== 'PGDMP') {
      if (/^--\s*\n-- PostgreSQL database dump/.test(bytes.subarray(0, 100).toString('latin1'))) {
        throw new ArchiveFault('input file appears to be a text format dump. Please use psql.');
      }
      const short = bytes.length < 512 ? ' (too short?)' : '';
      throw new ArchiveFault(`input file does not appear to be a valid archive${short}`);
    }
    this.#bytes = bytes;
  }

  /** The header and the table of contents. */
  contents(): { id: number; tag: string; kind: string; definition: string }[] {
    this.#at = 5;
    const [major, minor] = [this.#byte(), this.#byte()];
    if (major !== 1 || minor > 14) {
      throw new ArchiveFault(`unsupported version (${major}.${minor}) in file header`);
    }
    this.#skip(4);
    for (let field = 0; field < 8; field++) this.#integer();
    for (let field = 0; field < 3; field++) this.#text();
    const count = this.#integer();
    return Array.from({ length: count }, () => this.#entry());
  }

  /** The next block of data; undefined at the end. */
  block(): { id: number; bytes: Buffer[] } | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    this.#skip(1);
    const id = this.#integer();
    const bytes: Buffer[] = [];
    for (let length = this.#integer(); length > 0; length = this.#integer()) bytes.push(this.#skip(length));
    return { id, bytes };
  }

  #entry(): { id: number; tag: string; kind: string; definition: string } {
    const id = this.#integer();
    this.#integer();
    this.#text();
    this.#text();
    const tag = this.#text() ?? '';
    const kind = this.#text() ?? '';
    this.#integer();
    const definition = this.#text() ?? '';
    for (let field = 0; field < 7; field++) this.#text();
    while (this.#text() !== undefined) {
      // The ids on which this line depends are of no use here.
    }
    this.#skip(9);
    return { id, tag, kind, definition };
  }

  #skip(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ArchiveFault('could not read from input file: end of file');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #byte(): number {
    return this.#skip(1).readUInt8(0);
  }

  #integer(): number {
    const sign = this.#byte();
    const value = this.#skip(4).readUInt32LE(0);
    return sign === 0 ? value : -value;
  }

  #text(): string | undefined {
    const length = this.#integer();
    return length < 0 ? undefined : this.#skip(length).toString('utf8');
  }
}
