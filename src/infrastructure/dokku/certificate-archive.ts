import type { CertificateFiles } from '../../domain/infrastructure/repository.ts';

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * A tar archive (POSIX ustar) with `server.crt` and `server.key`, as certs:add takes it on standard input. PEM is ASCII,
 * so the archive is text and can be a command's `stdin`.
 */
export function certificateArchive({ certificate, key }: CertificateFiles): string {
  const end = '\0'.repeat(2 * BLOCK);
  return file('server.crt', lined(certificate)) + file('server.key', lined(key)) + end;
}

function file(name: string, content: string): string {
  const size = encoder.encode(content).length;
  return header(name, size) + content + '\0'.repeat((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Name, mode 0600, owner 0, size, time 0, checksum, type, magic; the rest is zero (pax(1), ustar). */
function header(name: string, size: number): string {
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const head =
    name.padEnd(100, '\0') + octal(0o600, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11);
  const tail = `0${'\0'.repeat(100)}ustar\0${'00'}`.padEnd(BLOCK - head.length - 8, '\0');
  const sum = [...`${head}        ${tail}`].reduce((total, character) => total + character.charCodeAt(0), 0);
  return `${head}${sum.toString(8).padStart(6, '0')}\0 ${tail}`;
}

function lined(pem: string): string {
  return `${pem.replaceAll('\r\n', '\n').trim()}\n`;
}
