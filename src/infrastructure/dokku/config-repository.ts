import { z } from 'zod';
import type { DokkuClient } from '../../application/ports.ts';
import type { ConfigRepository } from '../../domain/application/repository.ts';
import { recordOf } from '../../domain/record.ts';
import { parseLines, unexpected } from './report.ts';

const variables = recordOf(z.string(), z.string());

/** Variables of apps by `config:keys` and `config:export --format json`; nothing is remembered, for values are secrets. */
export class DokkuConfigRepository implements ConfigRepository {
  readonly #client: DokkuClient;

  constructor(client: DokkuClient) {
    this.#client = client;
  }

  async keys(app: string, signal?: AbortSignal): Promise<readonly string[]> {
    const options = signal === undefined ? {} : { signal };
    const { stdout } = await this.#client.execute({ name: 'config:keys', args: [app] }, options);
    return [...parseLines(stdout)].sort();
  }

  async getAll(app: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { stdout, truncated } = await this.#client.execute(
      { name: 'config:export', args: ['--format', 'json', app] },
      { keepBytes: 16 * 1024 * 1024, ...(signal === undefined ? {} : { signal }) },
    );
    // The answer holds secrets, so nothing of it may stand in the failure.
    const refuse = (reason: string) => unexpected('config:export', reason, '(not shown: it holds values)');
    if (truncated) throw refuse('it is longer than expected');
    let parsed: ReturnType<typeof variables.safeParse>;
    try {
      parsed = variables.safeParse(JSON.parse(stdout));
    } catch {
      throw refuse('it is not JSON');
    }
    if (!parsed.success) throw refuse('it is not an object of texts');
    return new Map(Object.entries(parsed.data));
  }
}
