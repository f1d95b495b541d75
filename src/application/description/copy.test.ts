import { describe, expect, it } from 'vitest';
import type { Application } from '../../domain/application/application.ts';
import { AppName } from '../../domain/names.ts';
import { copyOf } from './copy.ts';
import { type AppState, absentState } from './state.ts';

const as = AppName.parse('twin');
const state = (app: Partial<Application>, settings: Partial<AppState['settings']> = {}): AppState => {
  const empty = absentState('shop');
  const variables = new Map([['TOKEN', 'hunter2-hunter2']]);
  return {
    ...empty,
    app: { ...empty.app, ...app },
    settings: { ...empty.settings, ...settings },
    variables,
    linked: ['DATABASE_URL'],
  };
};
const copy = (...given: Parameters<typeof state>) =>
  copyOf(state(...given), as, { fingerprint: () => '00c0ffee' });
const image = (location: string) => ({ source: { kind: 'image' as const, location } });

describe('copyOf', () => {
  it('takes values along and gives the app its new name', () => {
    const { wanted, source, left } = copy(image('ghcr.io/team/shop:1'));
    expect(wanted).toMatchObject({ app: 'twin', config: { TOKEN: 'hunter2-hunter2' } });
    expect(wanted.source).toEqual({ image: 'ghcr.io/team/shop:1' });
    expect(source).toEqual({ kind: 'image', image: 'ghcr.io/team/shop:1' });
    expect(left).toEqual([]);
  });

  it.each([
    ['an image that Dokku built', image('dokku/shop:latest')],
    ['what was pushed', { source: { kind: 'push' as const, location: '', revision: 'abc' } }],
  ])('leaves the source behind where it is %s', (_what, app) => {
    const { wanted, source, left } = copy(app);
    expect(wanted.source).toBeUndefined();
    expect(source).toBeUndefined();
    expect(left).toMatchObject([{ why: 'only the old host has it' }]);
  });

  it('leaves links, mounts, certificate and options that open the host, each with its call', () => {
    const { wanted, left } = copy(
      {
        mounts: [
          { from: '/var/lib/dokku/data/storage/a', to: '/a' },
          { from: 'volume', to: '/v' },
        ],
        certificate: { enabled: true },
      },
      {
        services: [{ type: 'postgres', name: 'db' }],
        dockerOptions: { build: [], deploy: ['--privileged', '--init'], run: [] },
      },
    );
    expect(wanted.docker_options).toEqual({ build: [], deploy: ['--init'], run: [] });
    expect(wanted.mounts).toBeUndefined();
    expect(wanted.services).toBeUndefined();
    expect(left.map(({ what }) => what)).toEqual([
      'the link to postgres/db with DATABASE_URL',
      'the mount /var/lib/dokku/data/storage/a:/a',
      'the mount volume:/v',
      'the docker option --privileged',
      'the certificate',
    ]);
    expect(left[1]?.call).toBe(
      'command_execute {"name":"storage:mount","args":["twin","/var/lib/dokku/data/storage/a:/a"]}',
    );
    expect(JSON.stringify(left)).not.toContain('hunter2');
  });
});
