import { ValidationError } from '../../domain/errors.ts';

const LONGEST_SEGMENT = 200;

/**
 * The file path below a store's folder for a key such as `ledger/main/shop`: every segment stays one name in its
 * folder, whatever it holds (`..`, a leading dot, blanks and other bytes travel as %XX). `keyOf` reverses it.
 */
export function pathOf(key: string): string {
  const segments = key.split('/').map(encode);
  for (const segment of segments) {
    if (segment === '' || segment.length > LONGEST_SEGMENT) {
      throw new ValidationError('key', 'every part of a state key holds 1 to 200 characters', { value: key });
    }
  }
  return segments.join('/');
}

/** The key that `pathOf` made this path from. */
export function keyOf(path: string): string {
  return path.split('/').map(decodeURIComponent).join('/');
}

function encode(segment: string): string {
  const bytes = [...new TextEncoder().encode(segment)];
  return bytes
    .map((byte, index) => {
      const char = String.fromCharCode(byte);
      const plain = /[A-Za-z0-9_-]/.test(char) || (char === '.' && index > 0);
      return plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
