import { describe, expect, it } from 'vitest';
import { record, story } from '../../../test/support/recorded-transport.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { secretsOfDsn } from '../../domain/service/service.ts';
import { dsnsIn, parseServiceInfo, parseServiceNames } from './service-info.ts';

const key = { type: 'postgres', name: 'svc-db' };
/** The `nth` answer of a story to this line that succeeded. */
function answered(number: string, line: string, nth: number): string {
  const found = story(number).filter((one) => one.line === line && one.exit === 0)[nth - 1];
  if (found === undefined) throw new Error(`story ${number} has no ${line} (${nth})`);
  return found.stdout;
}

const info = (number: string, line: string, nth = 1) => {
  const [command = '', name = ''] = line.split(' ');
  return parseServiceInfo({ type: command.split(':')[0] ?? '', name }, answered(number, line, nth));
};

describe('parseServiceNames', () => {
  it.each([
    ['31', '--quiet postgres:list', 1, []],
    ['31', 'postgres:list', 1, []],
    ['31', '--quiet postgres:list', 2, ['svc-db']],
    ['31', 'postgres:list', 2, ['svc-db']],
    ['31', 'postgres:list --format json', 2, ['svc-db']],
    ['41', '--quiet redis:list', 2, ['svc-cache']],
  ])('story %s, %s (%d): %j', (number, line, nth, names) => {
    expect(parseServiceNames(record(number, line, nth).stdout)).toEqual(names);
  });
});

describe('parseServiceInfo', () => {
  it('reads a running service with all that it says', () => {
    const service = info('31', 'postgres:info svc-db');
    expect(service).toMatchObject({
      ...key,
      status: 'running',
      version: 'postgres:18.4',
      hadContainer: true,
      links: [],
      exposed: [],
      configDir: '/var/lib/dokku/services/postgres/svc-db/data',
      dataDir: '/var/lib/dokku/services/postgres/svc-db/data',
      configOptions: '',
      networks: {},
      internalIp: '172.17.0.6',
    });
    expect(service.dsn).toMatch(/^postgres:\/\/postgres:[0-9a-f]{32}@dokku-postgres-svc-db:5432\/svc_db$/);
    expect(conditionOf(service)).toEqual({ state: 'running' });
  });

  it('reads links and open ports, which end in blanks', () => {
    expect(info('32', 'postgres:info svc-db').links).toEqual(['svc-app']);
    expect(info('35', 'postgres:info svc-db').exposed).toEqual(['5432->30801']);
  });

  it('reads networks where they are set', () => {
    expect(info('34', 'postgres:info svc-db', 2).networks).toEqual({
      'initial-network': 'bridge',
      'post-create-network': 'svc-net',
    });
  });

  it('reads redis, whose address has no user', () => {
    const service = info('41', 'redis:info svc-cache');
    expect(service).toMatchObject({ type: 'redis', name: 'svc-cache', status: 'running' });
    expect(service.configDir).toBe('/var/lib/dokku/services/redis/svc-cache/config');
    expect(secretsOfDsn(service.dsn)).toEqual([service.dsn, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('tells a stopped service from a half made one', () => {
    const stopped = info('34', 'postgres:info svc-db');
    expect(stopped).toMatchObject({ status: 'missing', hadContainer: true });
    expect(conditionOf(stopped)).toMatchObject({
      state: 'stopped',
      remedy: expect.stringContaining('"start"'),
    });
    const half = info('31', 'postgres:info svc-bad');
    expect(half).toMatchObject({ status: 'missing', hadContainer: false });
    expect(['version' in stopped, 'version' in half]).toEqual([false, false]);
    expect(conditionOf(half)).toMatchObject({
      state: 'broken',
      problem: expect.stringContaining('its creation, or its last start, failed'),
      remedy: expect.stringContaining('"destroy"'),
    });
    const looping = info('31', 'postgres:info svc-bad', 2);
    expect(looping).toMatchObject({ status: 'restarting', configOptions: '--no-such-option=1' });
    expect(conditionOf(looping)).toMatchObject({ state: 'broken', problem: expect.stringContaining('dies') });
  });

  it('does not repeat what it cannot read, for it may hold a password', () => {
    const stdout = 'Dsn: postgres://u:hunter2@h/x\n';
    const parse = () => parseServiceInfo(key, stdout);
    expect(parse).toThrow(expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }));
    try {
      parse();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });
});

describe('dsnsIn', () => {
  it.each([
    ['31', 'postgres:create svc-db'],
    ['32', 'postgres:link svc-db svc-app'],
    ['32', 'postgres:promote svc-db2 svc-app'],
    ['34', 'postgres:upgrade svc-db --image-version 18.3'],
    ['41', 'redis:create svc-cache'],
  ])('finds every address in what %s %s printed', (number, line) => {
    const stdout = answered(number, line, 1);
    const found = dsnsIn(stdout);
    expect(found.length).toBe(stdout.split('\n').filter((text) => /:\/\/[^ ]*@/.test(text)).length);
    const passwords = found.flatMap(secretsOfDsn);
    const masked = passwords.reduce((text, secret) => text.replaceAll(secret, ''), stdout);
    expect(masked).not.toMatch(/[0-9a-f]{32}@/);
  });

  it('leaves addresses without a password', () => {
    expect(dsnsIn('https://dokku.com/docs http://u@host/x')).toEqual([]);
  });
});
