import { describe, expect, it } from 'vitest';
import { type HostGrants, isTooOld, reasonAgainstCommand, safeSince } from './host-access.ts';

const none: HostGrants = { gitHosts: [] };
const reason = (line: string, grants = none) => {
  const [name = '', ...args] = line.split(' ');
  return reasonAgainstCommand({ name, args }, grants);
};

describe('reasonAgainstCommand', () => {
  it.each([
    'docker-options:add shop deploy --privileged',
    'docker-options:add --process web shop deploy,run --memory=1g -v /:/host',
    'docker-options:add shop deploy --memory',
    'docker-options:add shop deploy --init=true',
    'docker-options:add shop deploy --memory=1g evil/image',
    'docker-options:add shop deploy --label com.dokku.app-name=other',
    'docker-options:add shop deploy --memory --privileged',
    'storage:mount shop /:/host',
    'storage:mount --container-dir /x shop /etc',
    'storage:mount --container-dir /x --volume-options rw,rshared shop disk',
    'storage:mount --container-dir /x --volume-subpath ../../x shop disk',
    'storage:create disk /etc',
    'storage:create --mode 0755 disk /var/lib/dokku/data/storage/../x',
    'nginx:set shop access-log-path /etc/cron.d/x',
    'nginx:set --global nginx-service-command /tmp/x',
    'nginx:set shop client-max-body-size 1m;include',
    'nginx:set shop nginx-conf-sigil-path ../x',
    'openresty:set --global image evil/image',
    'letsencrypt:set shop lego-docker-args -v=/:/h',
    'letsencrypt:set shop lego-docker-options -v=/:/h',
    'letsencrypt:set --global lego-args --run-hook=/x',
    'letsencrypt:set shop server https://10.0.0.1/dir',
    'app-json:set shop appjson-path /etc/passwd',
    'network:set shop initial-network host',
    'network:set shop attach-post-deploy one container:victim',
    'logs:vector-start --vector-image=evil/image',
    'buildpacks:set --replace shop https://10.0.0.1/pack',
    'git:sync --build shop git://127.0.0.1/a.git main',
    'git:from-archive --archive-type tar shop http://example.com/a.tar',
    'events:off',
  ])('refuses %s', (line) => expect(reason(line)).toEqual(expect.any(String)));

  it.each([
    'docker-options:add shop deploy --memory-swappiness=10',
    'docker-options:add --process web shop build,run --dns 127.0.0.1 --init -m 512m',
    'docker-options:add shop deploy --label=team=core',
    'docker-options:remove shop deploy --privileged',
    'storage:mount shop /var/lib/dokku/data/storage/shop:/data:ro,z',
    'storage:mount --container-dir /x --phase deploy --volume-readonly --volume-subpath a/b shop disk',
    'storage:create --scheduler docker-local disk /var/lib/dokku/data/storage/disk',
    'storage:create disk',
    'nginx:set shop access-log-path off',
    'nginx:set shop access-log-path /var/log/nginx/shop.log',
    'nginx:set shop x-forwarded-proto-value $scheme',
    'nginx:set shop nginx-conf-sigil-path',
    'nginx:set shop nginx-conf-sigil-path conf/nginx.conf.sigil',
    'letsencrypt:set shop server staging',
    'letsencrypt:set shop server https://acme.example.com/dir',
    'letsencrypt:set --global email ops@example.com',
    'network:set shop attach-post-create backend',
    'logs:vector-start',
    'buildpacks:add shop heroku/nodejs',
    'git:sync --build shop https://github.com/acme/shop.git main',
    'git:sync shop git@github.com:acme/shop.git',
    'domains:set shop host',
    'run shop printenv --vector-image',
    'apps:list',
  ])('has nothing against %s', (line) => expect(reason(line)).toBeUndefined());

  it('follows the list of git servers', () => {
    const grants = { gitHosts: ['git://127.0.0.1', 'git.internal.example', 'http://10.0.0.5:3000'] };
    expect(reason('git:sync shop git://127.0.0.1/multi.git', grants)).toBeUndefined();
    expect(reason('git:sync shop https://127.0.0.1/multi.git', grants)).toContain('security.git_hosts');
    expect(reason('git:sync shop http://git.internal.example/a.git', grants)).toBeUndefined();
    expect(reason('git:sync shop http://10.0.0.5:3000/a.git', grants)).toBeUndefined();
    expect(reason('git:sync shop http://10.0.0.5/a.git', grants)).toContain('10.0.0.5');
  });
});

describe('safeSince', () => {
  it.each([
    ['docker-options:add shop deploy --init', '0.38.25'],
    ['docker-options:clear shop', undefined],
    ['run --env A=1 shop ls', '0.38.25'],
    ['run shop ls --env', undefined],
    ['cron:run shop id --ttl-seconds 5', '0.38.25'],
    ['apps:list', undefined],
  ])('%s: %s', (line, version) => {
    const [name = '', ...args] = line.split(' ');
    expect(safeSince({ name, args })).toBe(version);
  });

  it.each([
    ['0.38.24', true],
    ['0.38.25', false],
    ['0.39.0', false],
    ['0.9.99', true],
  ])('%s is too old: %s', (version, old) => expect(isTooOld(version, '0.38.25')).toBe(old));
});
