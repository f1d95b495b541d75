import { Secrets } from '../secrets.ts';

/**
 * The secrets that this process knows: of each host for what is said about it, of all of them for what no host can be
 * named for (logs, crashes).
 */
export class Vault {
  readonly #hosts = new Map<string, Secrets>();
  readonly #own: readonly string[];
  readonly #rest = new Secrets();

  /** `own` are secrets of this server itself, which its configuration refers to. */
  constructor(own: readonly string[] = []) {
    this.#own = own;
    this.#rest.learn(own);
  }

  of(host: string): Secrets {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const made = new Secrets();
    made.learn(this.#own);
    this.#hosts.set(host, made);
    return made;
  }

  /** The text without any secret of any host. */
  mask(text: string): string {
    return [...this.#hosts.values()].reduce((masked, secrets) => secrets.mask(masked), this.#rest.mask(text));
  }
}
