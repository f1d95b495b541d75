/** A text longer than this is masked anew each time: logs do not come twice. */
const LONGEST = 32_768;
/** So many characters are kept at most. */
const MOST = 1_000_000;

/** Texts as they were masked, for as long as nothing more is known; what is over the bound is forgotten all at once. */
export class MaskedTexts {
  readonly #texts = new Map<string, string>();
  #kept = 0;

  /** The masked text, by `mask` where it is not remembered. */
  get(text: string, mask: () => string): string {
    if (text.length > LONGEST) return mask();
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const masked = mask();
    if (this.#kept > MOST) this.clear();
    this.#texts.set(text, masked);
    this.#kept += text.length;
    return masked;
  }

  /** To be called whenever another secret is learned. */
  clear(): void {
    this.#texts.clear();
    this.#kept = 0;
  }
}
