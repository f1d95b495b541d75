/** How the dump of one kind of data service can be told from anything else. */
export interface DumpFormat {
  /** What the file is, in the words of its makers. */
  readonly name: string;
  /** Ends the file's name. */
  readonly extension: string;
  /** Its first bytes; any of them will do. Absent where a dump has no mark of its own. */
  readonly begins?: readonly (readonly number[])[];
  /** Why the last bytes are not those of a whole dump; undefined when they are. */
  readonly cut?: (tail: Uint8Array) => string | undefined;
}

/** So many bytes of both ends are enough to tell. */
export const endBytes = 64;

const bytesOf = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));

const sql: DumpFormat = {
  name: 'SQL of mysqldump',
  extension: 'sql',
  begins: [bytesOf('-- '), bytesOf('/*'), bytesOf('mysqldump: ')],
  cut: (tail) =>
    text(tail).includes('-- Dump completed') ? undefined : 'it does not end with "-- Dump completed"',
};

/**
 * postgres: pg_dump's custom format. redis: an RDB file ends with 0xFF and eight bytes of checksum (version 5 and
 * newer). mongo: mongodump --archive --gzip. What is not here has no mark, and only an empty file can be told.
 */
const formats: Readonly<Record<string, DumpFormat>> = {
  postgres: { name: 'custom-format archive of pg_dump', extension: 'pgdump', begins: [bytesOf('PGDMP')] },
  redis: {
    name: 'RDB file',
    extension: 'rdb',
    begins: [bytesOf('REDIS0')],
    cut: (tail) => (tail.at(-9) === 0xff ? undefined : 'it does not end as an RDB file does'),
  },
  mysql: sql,
  mariadb: sql,
  mongo: { name: 'gzip archive of mongodump', extension: 'archive.gz', begins: [[0x1f, 0x8b]] },
};

const unmarked: DumpFormat = { name: 'dump', extension: 'dump' };

export function dumpFormatOf(type: string): DumpFormat {
  return Object.hasOwn(formats, type) ? (formats[type] ?? unmarked) : unmarked;
}

/**
 * Why these bytes cannot be the beginning of a dump of this type; undefined while they can. Needed before anything is
 * imported: redis gives up its data for whatever it is handed (measured).
 */
export function reasonAgainstHead(type: string, head: Uint8Array): string | undefined {
  const { begins, name } = dumpFormatOf(type);
  const could = begins?.some((mark) =>
    mark.slice(0, head.length).every((byte, index) => head[index] === byte),
  );
  return could === false ? `it does not begin as a ${name} does` : undefined;
}

/** Why a file of so many bytes with these ends is no whole dump of this type; undefined when nothing speaks against it. */
export function reasonAgainstDump(
  type: string,
  { head, tail, bytes }: { readonly head: Uint8Array; readonly tail: Uint8Array; readonly bytes: number },
): string | undefined {
  const { begins = [], cut } = dumpFormatOf(type);
  if (bytes === 0) return 'it is empty';
  const shortest = Math.min(...begins.map(({ length }) => length));
  if (begins.length > 0 && bytes < shortest) return 'it is too short';
  return reasonAgainstHead(type, head) ?? cut?.(tail);
}

/** Plugins that make a dump but do not bear two at once: redis waits for its clock to move on, for ever (measured). */
export function pauseBetweenExportsMs(type: string): number {
  return type === 'redis' ? 2_500 : 0;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
