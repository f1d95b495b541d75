/** Runs changes of one app one after the other; changes of other apps go on beside them. */
export class AppLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** True when `hold` would wait. */
  isHeld(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Resolves and rejects as `work` does; a failed predecessor does not stop its successors. */
  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    this.#tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
