import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import { RecordedTransport, record } from '../../../test/support/recorded-transport.ts';
import { createDokkuClient } from './client.ts';
import { DokkuConfigRepository } from './config-repository.ts';

function setUp() {
  const transport = new RecordedTransport();
  const client = createDokkuClient({
    host: 'test',
    transport,
    catalogue: openCatalogue(),
    clock: new ManualClock(),
  });
  return { transport, config: new DokkuConfigRepository(client) };
}

describe('DokkuConfigRepository', () => {
  it('reads names and values byte for byte', async () => {
    const { transport, config } = setUp();
    transport.play([record('02', 'config:keys cfg', 2)]);
    transport.answer(
      'config:export --format json cfg',
      record('02', 'config:export --format json cfg') as { stdout: string; exit: number },
    );
    expect((await config.keys('cfg')).slice(0, 2)).toEqual(['A', 'AMP']);
    const all = await config.getAll('cfg');
    expect(all.get('AMP')).toBe('a&b');
    expect(all.get('MULTI')).toBe('line 1\nline 2\n');
    expect(all.get('DOLLAR')).toBe('$HOME `id` $(id)');
    expect(all.size).toBe(20);
  });

  it('reads an app without variables', async () => {
    const { transport, config } = setUp();
    transport
      .play([record('02', 'config:keys cfg')])
      .answer('config:export --format json cfg', { stdout: '{}\n' });
    expect(await config.keys('cfg')).toEqual([]);
    expect((await config.getAll('cfg')).size).toBe(0);
  });

  it('knows a configuration that Dokku can no longer read', async () => {
    const { transport, config } = setUp();
    const { exit, stderr } = record('16', 'config:export --format json poison', 2);
    transport.answer('config:export --format json poison', { exit: Number(exit), stderr });
    await expect(config.getAll('poison')).rejects.toMatchObject({
      code: 'POISONED_CONFIG',
      details: { app: 'poison' },
    });
  });

  it.each([
    ['{"KEY":"hunter22', false],
    ['{"KEY":["hunter22"]}', false],
    ['{"KEY":"hunter22"}', true],
  ])('never shows a value in a failure (%j)', async (stdout, truncated) => {
    const { transport, config } = setUp();
    transport.answer('config:export --format json cfg', { stdout, truncated });
    const failure = await config.getAll('cfg').then(
      () => undefined,
      (error: Error & { remedy: string }) => error,
    );
    expect(failure).toMatchObject({ code: 'UNEXPECTED_OUTPUT' });
    expect(`${failure?.message}${failure?.remedy}${JSON.stringify(failure)}`).not.toContain('hunter22');
    expect(failure?.cause).toBeUndefined();
  });
});
