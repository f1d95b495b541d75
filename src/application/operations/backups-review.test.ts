import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { DomainError } from '../../domain/errors.ts';
import { FileBackups } from '../../infrastructure/backup/file-backups.ts';
import { backupsRun } from './backups-run.ts';
import { hostReview } from './host-review.ts';
import { servicesInfo } from './services-info.ts';

const HOUR = 3_600_000;
const db = { type: 'postgres', service: 'db' };

let on: Bench;
beforeEach(async () => {
  on = await openBench();
  for (const plugin of ['postgres', 'redis']) on.host.install(plugin);
  await on.given('postgres:create db', 'redis:create cache');
});
afterEach(() => on.close());

const serviceCommands = () => on.wire.argv.filter(([name = '']) => /^(?:postgres|redis):/.test(name));
const review = async (context = on.context) => {
  on.context.services.invalidate();
  on.wire.argv.length = 0;
  const { data, text } = await hostReview.run({ deep: false }, context);
  hostReview.output.parse(data);
  const found = data.findings.filter(({ rule }) => rule.startsWith('backup-'));
  return { data, text, found, rules: found.map(({ rule, subjects }) => `${rule} ${subjects.join(' ')}`) };
};
const exported = () => on.apply(backupsRun, { action: 'export', ...db });
/** The same host under a configuration that names one service. */
const naming = (named: string) => {
  const { backups, clock } = on.context;
  const settings = {
    ...backups.settings,
    namesAny: () => true,
    names: (_host: string, { type, name }: { type: string; name: string }) => `${type}/${name}` === named,
  };
  return { ...on.context, backups: new FileBackups({ dir: backups.dir, settings, clock }) };
};

describe('backups in host_review', () => {
  it('are no matter where nobody uses them, and cost nothing there', async () => {
    expect((await review()).rules).toEqual([]);
    expect(serviceCommands()).toEqual([]);
  });

  it('one export makes the service without one a finding, with the call that mends it', async () => {
    await exported();
    const { rules, found, text } = await review();
    expect(rules).toEqual(['backup-missing redis/cache']);
    expect(found[0]).toMatchObject({
      severity: 'critical',
      call: { arguments: { action: 'export', type: 'redis', service: 'cache' } },
    });
    expect(text).toContain('There is no good backup of the redis service cache');
    expect(serviceCommands().map(([name]) => name)).toEqual([
      'postgres:list',
      'redis:list',
      'redis:backup-schedule-cat',
    ]);
  });

  it('a stale and an unreadable one are findings', async () => {
    await exported();
    await on.context.clock.sleep(27 * HOUR);
    expect((await review()).rules).toContain('backup-stale postgres/db');
    const [backup] = await on.context.backups.list('sim');
    const tested = { at: on.context.clock.now(), good: false, found: 'no rows' };
    await on.context.backups.note(backup?.file ?? '', { tested });
    expect((await review()).rules).toEqual(
      expect.arrayContaining(['backup-missing postgres/db', 'backup-unreadable postgres/db']),
    );
  });

  it('a service that is gone is none', async () => {
    await exported();
    await on.given('--force postgres:destroy db', '--force redis:destroy cache');
    await on.context.clock.sleep(27 * HOUR);
    expect((await review()).rules).toEqual([]);
  });

  it('a service that the configuration names counts, where the host has it', async () => {
    expect((await review(naming('postgres/other'))).rules).toEqual([]);
    expect((await review(naming('postgres/db'))).rules).toEqual([
      'backup-missing postgres/db',
      'backup-missing redis/cache',
    ]);
  });

  it('sends no more for more apps', async () => {
    await exported();
    await review();
    const few = serviceCommands().length;
    for (let index = 0; index < 10; index += 1) await on.given(`apps:create app-${index}`);
    await review();
    expect(serviceCommands()).toHaveLength(few);
  });

  it('what could not be read is named', async () => {
    await exported();
    on.wire.before = ([name]) => {
      if (name === 'redis:list')
        throw new DomainError('LINK_LOST', { command: name, host: 'sim', reason: 'cut' });
    };
    const { data, rules } = await review();
    expect(data.missing.map(({ part }) => part)).toEqual(['backups']);
    expect(rules).toEqual([]);
  });
});

describe('services_info of one service', () => {
  it('tells the last good backup when there is one', async () => {
    expect((await on.ask(servicesInfo, db)).text).not.toContain('backup');
    await exported();
    const [backup] = await on.context.backups.list('sim');
    const { text, data } = await on.ask(servicesInfo, db);
    expect(text).toContain(`last good backup: ${backup?.file} of `);
    expect(data.detail?.last_good_backup).toMatchObject({ file: backup?.file, bytes: backup?.bytes });
  });
});
