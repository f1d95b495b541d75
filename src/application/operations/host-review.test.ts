import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { NOW, troubled } from '../../../test/support/survey.ts';
import { DomainError } from '../../domain/errors.ts';
import { review } from '../../domain/infrastructure/review.ts';
import { Catalogue } from '../../infrastructure/dokku/catalogue/catalogue.ts';
import { hostReview } from './host-review.ts';
import { operations } from './index.ts';

let on: Bench;
afterEach(() => on.close());

const day = 24 * 3_600_000;
const samples = [70, 75, 80, 85].map((usedPercent, index) => ({
  at: NOW - (3 - index) * 3_600_000 * 20,
  disks: [{ mount: '/', usedPercent }],
  apps: [{ name: 'shop', restarts: index * 2 }],
}));

describe('the calls that mend', () => {
  const catalogue = new Catalogue();
  const calls = review(troubled, samples).flatMap(({ rule, mend }) =>
    mend === undefined ? [] : [{ rule, ...mend }],
  );

  it('are many', async () => {
    on = await openBench();
    expect(calls.length).toBeGreaterThan(25);
  });

  it.each(calls)('$rule: $name exists and takes these arguments', async ({ name, arguments: given }) => {
    on = await openBench();
    const operation = operations.find((one) => one.name === name);
    expect(operation?.input.safeParse(given).error?.issues).toBeUndefined();
    expect(operation).toBeDefined();
    if (name === 'command_execute') {
      const { name: command, args } = given as { name: string; args: string[] };
      expect(catalogue.compose(command, args).name).toBe(command);
    }
  });
});

describe('host_review', () => {
  it('names what was planted, proves it, and says the call in the form in which it can be made', async () => {
    on = await openBench({
      given: [
        'apps:create shop',
        'git:from-image shop demo/web:1',
        'domains:set shop www.example.com',
        'apps:create blog',
        'domains:set blog www.example.com',
        'network:create lone',
        'apps:create api',
        'git:from-image api demo/web:2',
        'ps:stop api',
        'checks:disable shop',
      ],
    });
    for (const container of on.app('shop').containers) container.state = 'exited';
    const { data, text } = await on.ask(hostReview, {});
    const rules = data.findings.map(({ rule, subjects }) => `${rule} ${subjects.join(' ')}`);
    expect(rules).toEqual(
      expect.arrayContaining([
        'app-down shop',
        'duplicate-domain blog shop',
        'network-orphan lone',
        'stopped api',
        'never-deployed blog',
        'checks-disabled shop',
      ]),
    );
    expect(data.counts.critical).toBe(2);
    const orphan = data.findings.find(({ rule }) => rule === 'network-orphan');
    expect(orphan?.call).toEqual({
      name: 'command_execute',
      arguments: { name: 'networks_set', input: { action: 'destroy', network: 'lone' } },
    });
    expect(data.findings.find(({ rule }) => rule === 'app-down')?.evidence).toContain('web.1 exited');
    expect(text).toMatch(/^\d+ findings on this host \(Dokku 0\.38\.27, 3 apps\)/);
    expect(text).toContain('call: logs_read {"app":"shop"}');
    expect(on.wire.changes()).toEqual([]);
  });

  it('sees an environment that Dokku cannot read any more', async () => {
    on = await openBench({ given: ['apps:create shop', "config:set --no-restart shop 'A=ab\\\\'"] });
    const { data } = await on.ask(hostReview, {});
    expect(data.findings[0]).toMatchObject({
      rule: 'environment-unreadable',
      severity: 'critical',
      subjects: ['shop'],
    });
  });

  it('sends no more commands to 100 apps than to 10, but for those that it names', async () => {
    const cost = async (apps: number) => {
      on = await openBench();
      for (let index = 0; index < apps; index += 1) await on.given(`apps:create app-${index}`);
      const { data } = await on.ask(hostReview, {});
      const sent = on.wire.argv.length;
      await on.close();
      const perApp = Object.values(data.commands_per_app).reduce((sum, count) => sum + count, 0);
      expect(data.apps).toBe(apps);
      // Version and plugins are counted whether or not they were remembered.
      expect(Math.abs(data.commands - sent)).toBeLessThanOrEqual(2);
      return { flat: data.commands - perApp, perApp: data.commands_per_app, slower: data.slower_with_apps };
    };
    const ten = await cost(10);
    const hundred = await cost(100);
    expect(hundred.flat).toBe(ten.flat);
    expect(hundred.flat).toBeLessThan(40);
    expect(hundred.perApp).toEqual({ 'config:keys': 100 });
    expect(hundred.slower).toEqual(['ps:report --running', 'certs:report']);
    on = await openBench();
  });

  it('counts restarts only when asked, since that costs a command per app', async () => {
    on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
    for (const container of on.app('shop').containers) container.restartCount = 12;
    expect((await on.ask(hostReview, {})).data.findings.map(({ rule }) => rule)).not.toContain(
      'app-restarting',
    );
    const { data } = await on.ask(hostReview, { deep: true });
    expect(data.findings.find(({ rule }) => rule === 'app-restarting')?.evidence).toContain('12 restarts');
    expect(data.commands_per_app).toMatchObject({ 'ps:inspect': 1 });
  });

  it('says what could not be read and judges only the rest', async () => {
    on = await openBench({ given: ['apps:create shop', 'network:create lone'] });
    on.wire.before = ([name]) => {
      if (name === 'network:report')
        throw new DomainError('LINK_LOST', { command: name, host: 'sim', reason: 'cut' });
    };
    const { data, text } = await on.ask(hostReview, {});
    expect(data.missing.map(({ part }) => part)).toEqual(['network settings']);
    expect(text).toContain('Could not be read, so not judged:\n- network settings');
    expect(data.findings.map(({ rule }) => rule)).not.toContain('network-orphan');
  });

  it('asks plugins beside the core ones where they are, and only there', async () => {
    on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
    await on.ask(hostReview, {});
    expect(
      on.wire.argv.filter(([name]) => /^(?:letsencrypt|maintenance|http-auth)/.test(name ?? '')),
    ).toEqual([]);
    await on.close();
    on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
    for (const plugin of ['letsencrypt', 'maintenance', 'http-auth']) on.host.install(plugin);
    await on.given(
      'domains:set shop shop.example.com',
      'letsencrypt:set --global email ops@example.com',
      'letsencrypt:enable shop',
      'maintenance:enable shop',
      'http-auth:enable shop',
    );
    const { data } = await on.ask(hostReview, {});
    expect(data.missing).toEqual([]);
    expect(data.findings.map(({ rule, subjects }) => `${rule} ${subjects.join(' ')}`)).toEqual(
      expect.arrayContaining(['http-auth-empty shop', 'maintenance shop', 'letsencrypt-no-renewal shop']),
    );
  });

  it('takes samples into account', async () => {
    on = await openBench();
    const now = on.context.clock.now();
    const day1 = new Date(now).toISOString().slice(0, 10);
    const grown = [70, 75, 80, 85].map((usedPercent, index) => ({
      at: now - (3 - index) * day,
      disks: [{ mount: '/', usedPercent }],
      apps: [],
    }));
    await on.context.state.put(`samples/sim/${day1}`, grown);
    expect((await on.ask(hostReview, {})).data.findings[0]).toMatchObject({ rule: 'disk-filling' });
  });
});
