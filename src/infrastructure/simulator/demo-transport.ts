import type { ExecOutcome, ExecRequest, Transport } from '../transport.ts';

/** Carries commands to a simulated host that is loaded and made with the first one. */
export class DemoTransport implements Transport {
  readonly #open: () => Promise<Transport>;
  #transport: Promise<Transport> | undefined;

  constructor(open: () => Promise<Transport>) {
    this.#open = open;
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    this.#transport ??= this.#open();
    return await (await this.#transport).exec(request);
  }

  async close(): Promise<void> {
    await (await this.#transport)?.close();
  }
}
