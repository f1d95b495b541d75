import { byBytes } from '../access.ts';

/** A tar archive with one file a variable, as Go's archive/tar writes it (`config:bundle`). */
export function bundle(variables: ReadonlyMap<string, string>): Buffer {
  const files = [...variables]
    .sort(([a], [b]) => byBytes(a, b))
    .flatMap(([key, value]) => entry(key, Buffer.from(value)));
  return Buffer.concat([...files, Buffer.alloc(1024)]);
}

function entry(name: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  header.write(name.slice(0, 100), 0);
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(content.length, 124, 11);
  octal(0, 136, 11);
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  header.fill(' ', 148, 156);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  header.write('\0 ', 154, 'latin1');
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}
