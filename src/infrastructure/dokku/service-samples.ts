import type { Clock } from '../../application/ports.ts';
import type { Sampled } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';
import { keyOf, type Service, type ServiceKey, type ServiceSummary } from '../../domain/service/service.ts';

/** Most services that are read anew for one list: at 190-350 ms each and six at a time about two seconds. */
const most = 24;
const atOnce = 6;
/** Facts younger than this are not read again. */
const keepMs = 15_000;

/** What was last read of each service: `X:info` tells of one service only, so a list reads a bounded number of them. */
export class ServiceSamples {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #read: (key: ServiceKey, signal: AbortSignal) => Promise<Service>;
  readonly #known = new Map<string, Sampled<Service>>();
  /** Rises with `forget`: what was being read then is shown and not kept. */
  #generation = 0;

  constructor(clock: Pick<Clock, 'now'>, read: (key: ServiceKey, signal: AbortSignal) => Promise<Service>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** The services with what is known; those that were never read or longest ago are read first, up to the bound. */
  async of(keys: readonly ServiceKey[], signal?: AbortSignal): Promise<readonly ServiceSummary[]> {
    const problems = new Map<string, string>();
    const fresh = new Map<string, Sampled<Service>>();
    const age = (key: ServiceKey): number => this.#known.get(keyOf(key))?.at ?? 0;
    const due = keys
      .filter((key) => this.#clock.now() - age(key) >= keepMs)
      .sort((a, b) => age(a) - age(b))
      .slice(0, most);
    const shared = signal ?? new AbortController().signal;
    const next = due.values();
    const work = async (): Promise<void> => {
      for (const key of next) {
        try {
          fresh.set(keyOf(key), await this.#sample(key, shared));
        } catch (error) {
          if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
          problems.set(keyOf(key), error.message);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, due.length) }, work));
    return keys.map((key) => {
      const facts = fresh.get(keyOf(key)) ?? this.#known.get(keyOf(key));
      const problem = problems.get(keyOf(key));
      return {
        type: key.type,
        name: key.name,
        ...(facts === undefined ? {} : { facts }),
        ...(problem === undefined ? {} : { problem }),
      };
    });
  }

  /** What was read of one service by another way. */
  note(service: Service): void {
    this.#known.set(keyOf(service), { value: service, at: this.#clock.now() });
  }

  forget(): void {
    this.#generation += 1;
    this.#known.clear();
  }

  async #sample(key: ServiceKey, signal: AbortSignal): Promise<Sampled<Service>> {
    const generation = this.#generation;
    const at = this.#clock.now();
    const facts = { value: await this.#read(key, signal), at };
    if (generation === this.#generation) this.#known.set(keyOf(key), facts);
    return facts;
  }
}
