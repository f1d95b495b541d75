import { expect, it } from 'vitest';
import { readSettings } from './application-settings.ts';
import type { Report } from './report.ts';

const read = (reports: Readonly<Record<string, Report>>) =>
  readSettings(
    { one: async (command: string) => reports[command] ?? {} },
    'shop',
    new AbortController().signal,
  );

it('keeps what the app has of its own, and tells links to services from its options', async () => {
  const link = '--link dokku.postgres.main-db:dokku-postgres-main-db';
  const found = await read({
    'docker-options:report': {
      'build-list': JSON.stringify([link]),
      'deploy-list': JSON.stringify(['--shm-size=64m', link, '--link other:alias']),
      'run-list': JSON.stringify([]),
    },
    'builder:report': { selected: 'dockerfile', 'build-dir': '', 'computed-selected': 'dockerfile' },
    'buildpacks:report': { list: 'https://one.example/a.git,https://two.example/b.git' },
    'nginx:report': {
      hsts: 'false',
      'computed-hsts': 'false',
      'global-hsts': 'true',
      'last-visited-at': '1',
      'proxy-buffers': '',
    },
  });
  expect(found).toEqual({
    dockerOptions: { build: [], deploy: ['--shm-size=64m', '--link other:alias'], run: [] },
    builder: { selected: 'dockerfile' },
    buildpacks: ['https://one.example/a.git', 'https://two.example/b.git'],
    nginx: { hsts: 'false' },
    services: [{ type: 'postgres', name: 'main-db' }],
  });
});

it('reads the one line that a host before 0.38 gives', async () => {
  const deploy = '--shm-size=64m --link dokku.redis.cache:dokku-redis-cache --label a=b';
  const { dockerOptions, services } = await read({ 'docker-options:report': { deploy, build: '', run: '' } });
  expect(dockerOptions).toEqual({ build: [], deploy: ['--shm-size=64m', '--label a=b'], run: [] });
  expect(services).toEqual([{ type: 'redis', name: 'cache' }]);
});
