/** Keeps what must not stand readable on disk, under a key of this installation. */
export interface Vault {
  /** A keyed hash (hex): equal texts have equal hashes here, and without the key they tell nothing. */
  hash(text: string): string;
  seal(text: string): string;
  /** What was sealed; throws for anything else, also when it was sealed under another key. */
  open(sealed: string): string;
}
