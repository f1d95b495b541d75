/**
 * Writes lines in order, all that came while the last write ran in one: a build can print thousands a second. A write
 * that fails (a full disk) ends the writing and not the reading: a deploy dies when nobody reads its output.
 */
export class LineBatch {
  readonly #write: (lines: readonly string[]) => Promise<void>;
  #waiting: string[] = [];
  #running: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(write: (lines: readonly string[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves at once while little waits; holds the sender back while more than 1000 lines do. */
  async add(line: string): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#waiting.push(line);
    this.#running ??= this.#drain();
    if (this.#waiting.length > 1_000) await this.#running;
  }

  /** Resolves when every line so far is written, with the reason why lines are missing, if any are. */
  async flush(): Promise<string | undefined> {
    await this.#running;
    return this.#failure;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0));
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#waiting = [];
    } finally {
      this.#running = undefined;
    }
  }
}
