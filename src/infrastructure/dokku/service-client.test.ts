import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { RecordedTransport, record, story } from '../../../test/support/recorded-transport.ts';
import { Secrets } from '../../application/secrets.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import { createDokkuClient } from './client.ts';
import { MaskingClient } from './masking-client.ts';

function setUp() {
  const transport = new RecordedTransport().play(story('11')).play(story('31'));
  const parts = { catalogue: new Catalogue(), clock: new ManualClock() };
  const secrets = new Secrets();
  const inner = createDokkuClient({ host: 'test', transport, ...parts });
  return { transport, client: new MaskingClient(inner, { ...parts, secrets }), secrets };
}

describe('commands of data services', () => {
  it('tells of every password that they print, before the answer is seen', async () => {
    const { client, secrets, transport } = setUp();
    const created = record('31', 'postgres:create svc-db');
    transport.play([created]);
    await client.execute({ name: 'postgres:create', args: ['svc-db'] });
    const [, password = ''] = /postgres:([0-9a-f]{32})@/.exec(created.stdout) ?? [];
    expect(password).not.toBe('');
    expect(secrets.mask(`it is ${password}`)).toBe('it is ********');
  });

  it('never carry a name that is none, whoever sends them', async () => {
    const { transport, client } = setUp();
    for (const args of [['../redis/x'], ['.'], ['--memory', '64', 'x'], []]) {
      await expect(client.execute({ name: 'postgres:info', args })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field: 'service' },
      });
    }
    expect(transport.sent).toEqual([]);
  });

  it('of a plugin that nobody has heard of are known once the host says what it is', async () => {
    const { transport, client } = setUp();
    const plugin = { name: 'ferret', version: '1.0.0', enabled: true, core: false };
    const list = [{ ...plugin, description: 'dokku ferret service plugin' }];
    transport.answer('plugin:list --format json', { stdout: JSON.stringify(list) });
    transport.answer('ferret:links db', { stdout: 'shop\n' });
    expect((await client.execute({ name: 'ferret:links', args: ['db'] })).stdout).toBe('shop\n');
    await expect(client.execute({ name: 'ferret:links', args: ['../x'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(client.execute({ name: 'weasel:links', args: ['db'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'command' },
    });
    expect(transport.count('weasel:links db')).toBe(0);
  });
});
