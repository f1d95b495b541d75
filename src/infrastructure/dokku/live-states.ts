import type { Clock, DokkuClient } from '../../application/ports.ts';
import type { Application, Sampled } from '../../domain/application/application.ts';
import { readColumn, readNames } from './overview.ts';

type Running = Application['running'];

/** `ps:report --running` asks docker for every app (160 ms each), so one sample is made in this time at most. */
const everyMs = 30_000;
/** Enough for some thousand apps. */
const deadlineMs = 10 * 60_000;

/**
 * The live state of all apps, as last sampled: `refresh` starts a sample behind the answer that wants it and never
 * makes anybody wait. Nothing is sampled while nobody asks.
 */
export class LiveStates {
  readonly #client: DokkuClient;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #samples = new Map<string, Sampled<Running>>();
  #sampling = false;
  #lastStart = Number.NEGATIVE_INFINITY;
  /** Apps that changed since the sample under way began: it does not count for them. `all` for every app. */
  #changed = new Set<string>();
  #allChanged = false;

  constructor(client: DokkuClient, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#clock = clock;
  }

  of(app: string): Sampled<Running> | undefined {
    return this.#samples.get(app);
  }

  /** Takes over what somebody else has read about one app. */
  note(app: string, value: Running, at: number): void {
    const known = this.#samples.get(app);
    if (known === undefined || known.at <= at) this.#samples.set(app, { value, at });
  }

  /** Starts a sample unless one is under way or was begun less than 30 s ago. */
  refresh(): void {
    if (this.#sampling || this.#clock.now() - this.#lastStart < everyMs) return;
    this.#sampling = true;
    this.#lastStart = this.#clock.now();
    this.#changed = new Set();
    this.#allChanged = false;
    // A sample that fails leaves the earlier ones with their age; the next question tries again.
    this.#sample(this.#lastStart)
      .catch(() => undefined)
      .finally(() => {
        this.#sampling = false;
      });
  }

  forget(app?: string): void {
    if (app === undefined) {
      this.#samples.clear();
      this.#allChanged = true;
    } else {
      this.#samples.delete(app);
      this.#changed.add(app);
    }
  }

  async #sample(at: number): Promise<void> {
    const before = await readNames(this.#client);
    if (before.length === 0) return;
    const states = await readColumn(this.#client, 'ps:report', ['--running'], { deadlineMs });
    const after = await readNames(this.#client);
    const joined = states.length === before.length && after.join('\n') === before.join('\n');
    if (!joined || this.#allChanged) return;
    for (const [index, app] of before.entries()) {
      const running = runningOf(states[index]);
      if (running !== undefined && !this.#changed.has(app)) this.note(app, running, at);
    }
  }
}

/** Dokku's word for the processes of an app together; undefined for any other word. */
export function runningOf(value: string | undefined): Running | undefined {
  return value === 'true' || value === 'false' || value === 'mixed' ? value : undefined;
}
