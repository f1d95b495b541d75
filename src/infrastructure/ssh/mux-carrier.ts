import type { Carrier, Job, JobEnd, SshEvent } from './carrier.ts';
import { Connector } from './connector.ts';
import type { SshTarget } from './ssh-arguments.ts';

/** Carries commands as channels of one supervised ssh master (PROTOCOL.mux in proxy mode). */
export class MuxCarrier implements Carrier {
  readonly #connector: Connector;

  constructor(target: SshTarget, baseDir: string, maxChannels: number, onEvent: (event: SshEvent) => void) {
    this.#connector = new Connector(target, baseDir, maxChannels, onEvent);
  }

  async run(job: Job): Promise<JobEnd> {
    const connection = await this.#connector.connection(job.dropped);
    return connection.run(job);
  }

  close(): Promise<void> {
    return this.#connector.close();
  }
}
