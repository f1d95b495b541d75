import { beforeEach, describe, expect, it } from 'vitest';
import type { Command, DokkuClient } from '../src/application/ports.ts';
import { DokkuApplicationRepository } from '../src/infrastructure/dokku/application-repository.ts';
import { Catalogue } from '../src/infrastructure/dokku/catalogue/catalogue.ts';
import { createDokkuClient } from '../src/infrastructure/dokku/client.ts';
import { DokkuConfigRepository } from '../src/infrastructure/dokku/config-repository.ts';
import { SimulatedHost } from '../src/infrastructure/simulator/host.ts';
import { SimulatorTransport } from '../src/infrastructure/simulator/transport.ts';
import type { ExecOutcome, ExecRequest, Transport } from '../src/infrastructure/transport.ts';
import { ManualClock } from './support/manual-clock.ts';

/** Notes every line on its way to the simulated host. */
class Noting implements Transport {
  readonly lines: string[] = [];
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  exec(request: ExecRequest): Promise<ExecOutcome> {
    this.lines.push(request.line);
    return this.#inner.exec(request);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

let transport: Noting;
let client: DokkuClient;
let apps: DokkuApplicationRepository;
let config: DokkuConfigRepository;

async function run(commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    apps.invalidate();
    await client.execute(command);
    apps.invalidate();
  }
}

const image = (app: string, tag: string): Command => ({
  name: 'git:from-image',
  args: [app, `demo/web:${tag}`],
});

beforeEach(() => {
  transport = new Noting(new SimulatorTransport(new SimulatedHost({ seed: 1 })));
  const clock = new ManualClock();
  client = createDokkuClient({ host: 'sim', transport, catalogue: new Catalogue(), clock });
  apps = new DokkuApplicationRepository(client, clock);
  config = new DokkuConfigRepository(client);
});

describe('repositories over the simulated host', () => {
  it('reads a host without apps', async () => {
    expect((await apps.getAll()).apps).toEqual([]);
    expect(await apps.names()).toEqual([]);
  });

  it('follows an app from its creation to its end', async () => {
    await run(apps.create('shop'));
    expect(await apps.getByName('shop')).toMatchObject({
      state: 'created',
      processes: [],
      urls: [],
      missing: [],
    });

    await run([image('shop', '1')]);
    const deployed = await apps.getByName('shop');
    expect(deployed).toMatchObject({
      state: 'deployed',
      running: 'true',
      source: { kind: 'image', location: 'demo/web:1' },
      scale: { desired: { web: 1 }, fixedByAppJson: false },
      missing: [],
    });
    expect(deployed.processes).toMatchObject([{ type: 'web', index: 1, state: 'running', restarts: 0 }]);
    expect(deployed.builds[0]).toMatchObject({ status: 'succeeded', source: 'git:from-image', exitCode: 0 });
    expect(await apps.buildOutput('shop', deployed.builds[0]?.id ?? '')).toContain('Application deployed:');

    const desired = {
      name: 'shop',
      domains: ['shop.example.com', 'www.example.com'],
      ports: ['http:80:5000'],
      scale: { web: 2 },
      config: { GREETING: 'two\nlines', QUOTED: '{"a":"b"}' },
    };
    await run(apps.update(deployed, desired));
    const updated = await apps.getByName('shop');
    expect(updated).toMatchObject({
      domains: desired.domains,
      urls: ['http://shop.example.com', 'http://www.example.com'],
      ports: { mapped: desired.ports },
      scale: { desired: { web: 2 } },
    });
    expect(updated.configKeys).toEqual(expect.arrayContaining(['GREETING', 'QUOTED']));
    expect(Object.fromEntries(await config.getAll('shop'))).toMatchObject(desired.config);
    expect(apps.update(updated, { ...desired, config: {} })).toEqual([]);

    await run([{ name: 'ps:stop', args: ['shop'] }]);
    expect(await apps.getByName('shop')).toMatchObject({ state: 'stopped', running: 'false' });
    expect((await apps.getAll()).apps).toMatchObject([
      { name: 'shop', state: 'stopped', domains: desired.domains },
    ]);

    await run(apps.delete('shop'));
    await expect(apps.getByName('shop')).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
    expect(await apps.names()).toEqual([]);
  });

  it('computes the very URLs that the host prints', async () => {
    await run([...apps.create('shop'), image('shop', '1')]);
    for (const change of [
      { name: 'domains:set', args: ['shop', 'b.test', 'a.test'] },
      { name: 'ports:set', args: ['shop', 'http:8080:5000'] },
      { name: 'ports:clear', args: ['shop'] },
    ]) {
      await run([change]);
      const { stdout } = await client.execute({ name: 'urls', args: ['shop'] });
      expect((await apps.getByName('shop')).urls).toEqual(stdout.trim().split('\n'));
    }
  });

  it('says that a name is taken, and which app was meant', async () => {
    await run(apps.create('shop'));
    await expect(run(apps.create('shop'))).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      details: { name: 'shop' },
    });
    await expect(apps.getByName('shpo')).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
      remedy: 'Did you mean shop?',
    });
    await expect(client.execute({ name: 'logs', args: ['shop'] })).rejects.toMatchObject({
      code: 'NOT_DEPLOYED',
    });
    await expect(config.getAll('nope')).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
  });

  it('knows a configuration that Dokku lost', async () => {
    await run(apps.create('shop'));
    await run([{ name: 'config:set', args: ['--no-restart', 'shop', 'P=ends with \\'] }]);
    await expect(config.getAll('shop')).rejects.toMatchObject({ code: 'POISONED_CONFIG' });
    const app = await apps.getByName('shop');
    expect(app.missing).toMatchObject([{ part: 'config' }]);
  });

  it('shows many apps with ten commands', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `app-${String(index).padStart(3, '0')}`);
    for (const name of names) await client.execute({ name: 'apps:create', args: [name] });
    apps.invalidate();
    transport.lines.length = 0;
    const { apps: list } = await apps.getAll();
    expect(list.map(({ name }) => name)).toEqual(names);
    const sampling = transport.lines.lastIndexOf('ps:report --running');
    expect(transport.lines.slice(0, sampling === -1 ? undefined : sampling).length).toBeLessThanOrEqual(10);
    expect(transport.lines.join('\n')).not.toMatch(/app-\d/);
  });
});
