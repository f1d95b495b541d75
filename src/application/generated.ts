import type { References } from './context.ts';
import type { Vault } from './vault.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Bytes from here on would make some letters likelier than others. */
const FAIR = 256 - (256 % ALPHABET.length);

/**
 * References whose generated values belong to one plan: computed anew, the plan holds the same ones, so that what was
 * shown is what is carried out. Without the key of this installation nobody can tell them.
 */
export function generatedFor(plan: string, references: References, vault: Vault): References {
  let values = 0;
  return {
    env: (name) => references.env(name),
    file: (path) => references.file(path),
    generate: (length) => {
      values += 1;
      return text(length, (block) => vault.hash(`generated ${plan} ${values} ${block}`));
    },
  };
}

function text(length: number, blockOf: (block: number) => string): string {
  let made = '';
  for (let block = 0; made.length < length; block += 1) {
    for (const pair of blockOf(block).match(/../g) ?? []) {
      const byte = Number.parseInt(pair, 16);
      if (byte < FAIR && made.length < length) made += ALPHABET[byte % ALPHABET.length];
    }
  }
  return made;
}
