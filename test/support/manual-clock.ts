import type { Clock } from '../../src/application/ports.ts';

/** A clock that moves only when told. */
export class ManualClock implements Clock {
  #now = 1_795_456_000_000;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }
}
