import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../application/ports.ts';
import { DomainError } from '../../../domain/errors.ts';
import { dispatch } from '../dispatcher.ts';
import { Catalogue, coreCommands, knownCommands } from './catalogue.ts';
import { parseSynopsis } from './syntax.ts';

const catalogue = new Catalogue();
const names = (words: string, limit = 5) => catalogue.search(words, limit).map(({ name }) => name);

describe('the list of commands', () => {
  it('has every command of Dokku 0.38.27 once', () => {
    expect(coreCommands).toHaveLength(279);
    expect(new Set(catalogue.names()).size).toBe(knownCommands.length);
  });

  it.each(knownCommands.map((info) => [info.name, info] as const))('%s is well formed', (name, info) => {
    expect(name).toMatch(/^[a-z0-9-]+(:[a-z0-9-]+)*$/);
    expect(info.synopsis.startsWith(name)).toBe(true);
    expect(info.description.length).toBeGreaterThan(8);
    for (const version of [info.since, info.jsonSince]) {
      if (version !== undefined) expect(version).toMatch(/^0\.\d+\.\d+$/);
    }
    expect(info.rootOnly).toBe(dispatch(name).rootOnly);
    if (info.rootOnly) expect(info.refused).toBeDefined();
    if (info.jsonSince !== undefined) expect(parseSynopsis(info.synopsis).flags.has('--format')).toBe(true);
    if (info.output === 'report') expect(info.jsonSince).toBeDefined();
  });

  it('calls nothing a read that changes something', () => {
    const changing =
      /:(add|allow-host|auth|build-config|cancel|clear|clone|create|destroy|disable|enable|ensure-.*|exec|from-.*|gc|import|initialize|install|kill|limit-clear|link|load-image|lock|login|logout|migrate|mount|off|on|prune|purge-cache|rebuild(all)?|reload|remove|rename|reserve-clear|reset|restart|restore|resume|retire|run|set.*|setup|skip|start|stop|suspend|sync|unlock|unmount|unset|update|wait|.*-(add|remove|set|start|stop|global))$/;
    const suspects = knownCommands.filter(
      ({ name, effect }) => changing.test(name) && effect.startsWith('read'),
    );
    expect(suspects.map(({ name }) => name)).toEqual([]);
    for (const name of [
      'run',
      'run:detached',
      'enter',
      'cleanup',
      'shell',
      'deploy',
      'cron:run',
      'plugin:trigger',
    ]) {
      expect(catalogue.find(name)?.effect, name).toBe('disruptive');
    }
  });

  it('calls destructive what cannot be had back', () => {
    const destructive = coreCommands.filter(({ effect }) => effect === 'destructive').map(({ name }) => name);
    expect(destructive.sort()).toEqual([
      'apps:destroy',
      'builds:prune',
      'certs:remove',
      'config:clear',
      'network:destroy',
      'plugin:uninstall',
      'scheduler-k3s:cluster:remove',
      'scheduler-k3s:profiles:remove',
      'scheduler-k3s:uninstall',
      'ssh-keys:remove',
      'storage:destroy',
    ]);
  });

  it('never sends what traces, prompts, is missing or hands out the cluster', () => {
    const refused = coreCommands.filter((info) => info.refused !== undefined && !info.rootOnly);
    expect(refused.map(({ name }) => name).sort()).toEqual([
      'certs:chain',
      'certs:generate',
      'certs:key',
      'certs:rollback',
      'deploy',
      'git:unlock',
      'nginx:show-conf',
      'nginx:validate',
      'scheduler-k3s:show-kubeconfig',
      'shell',
      'trace:on',
    ]);
  });
});

describe('find', () => {
  it.each(['CONFIG:SET', 'config:', 'config', ' config:set', 'config:set\n', 'toString', '__proto__', ''])(
    '%j is an exact name or nothing',
    (name) => {
      expect(catalogue.find(name)?.name).toBe(name === 'config' ? 'config' : undefined);
    },
  );
});

describe('search', () => {
  it.each([
    ['ps:scale', 'ps:scale'],
    ['scale', 'ps:scale'],
    ['restart app', 'ps:restart'],
    ['list apps', 'apps:list'],
    ['nginx logs error', 'nginx:error-logs'],
    ['storage mount', 'storage:mount'],
    ['destroy network', 'network:destroy'],
    ['delete app', 'apps:destroy'],
    ['add ssl certificate', 'certs:add'],
    ['set environment variables', 'config:set'],
    ['list volume', 'storage:list'],
    ['deploy git repository', 'git:sync'],
    ['docker image deploy', 'git:from-image'],
    ['registry login', 'registry:login'],
    ['domains add', 'domains:add'],
    ['limit memory', 'resource:limit'],
  ])('%j finds %s first', (words, name) => {
    expect(names(words)[0]).toBe(name);
  });

  it('keeps to the limit, ranks what is refused last, and finds nothing for nothing', () => {
    expect(names('report', 7)).toHaveLength(7);
    expect(names('trace', 2)).toEqual(['trace:off', 'trace:on']);
    expect(names('')).toEqual([]);
    expect(names('--- ::: ;')).toEqual([]);
    expect(names('xyzzy')).toEqual([]);
  });
});

describe('effectOf', () => {
  it.each<[string, Effect]>([
    ['ps:scale app', 'read'],
    ['ps:scale --format json app', 'read'],
    ['ps:scale app web=2', 'reversible'],
    ['ps:scale app web=2 worker=0', 'disruptive'],
    ['ps:scale app web=00', 'disruptive'],
    ['ps:scale --skip-deploy app web=0', 'reversible'],
    ['config:set app A=1', 'disruptive'],
    ['config:set --no-restart app A=1', 'reversible'],
    ['config:set app A=--no-restart', 'disruptive'],
    ['config:set --no-restart=false app A=1', 'disruptive'],
    ['config:set -- app A=1 --no-restart', 'disruptive'],
    ['ps:scale --skip-deploy=false app web=0', 'disruptive'],
    ['config:set --global A=1', 'reversible'],
    ['config:unset app A', 'disruptive'],
    ['config:clear --no-restart app', 'destructive'],
    ['config:import app -', 'disruptive'],
    ['config:import --replace --no-restart app -', 'destructive'],
    ['config:keys app', 'read'],
    ['config:show app', 'read-secret'],
    ['git:sync app https://h/x.git', 'reversible'],
    ['git:sync --build app https://h/x.git', 'disruptive'],
    ['git:sync --build-if-changes app https://h/x.git', 'disruptive'],
    ['git:report app', 'read'],
    ['nginx:validate-config', 'read'],
    ['nginx:validate-config --clean', 'disruptive'],
    ['letsencrypt:cron-job', 'read'],
    ['letsencrypt:cron-job --add', 'reversible'],
    ['letsencrypt:cron-job --remove', 'disruptive'],
    ['report', 'read'],
    ['report app', 'read-secret'],
    ['report --all', 'read-secret'],
    ['certs:show app crt', 'read'],
    ['certs:show app key', 'read-secret'],
    ['certs:show app key crt', 'read-secret'],
    ['resource:limit app', 'read'],
    ['resource:limit --memory 1g app', 'reversible'],
    ['resource:limit --memory=1g app', 'reversible'],
    ['scheduler-k3s:preview app', 'read'],
    ['scheduler-k3s:preview app --show-secrets', 'read-secret'],
    ['apps:destroy app', 'destructive'],
    ['nosuch:thing app', 'destructive'],
    ['constructor', 'destructive'],
  ])('%s: %s', (line, effect) => {
    const [name = '', ...args] = line.split(' ');
    expect(catalogue.effectOf({ name, args })).toBe(effect);
  });
});

describe('compose', () => {
  it.each([
    ['trace:on', []],
    ['plugin:install', ['https://h/x.git']],
    ['shell', []],
    ['CONFIG:SET', ['app', 'A=1']],
    ['config:../../apps/subcommands/destroy', ['app']],
    ['nosuch', []],
  ])('denies %s', (name, args) => {
    const act = () => catalogue.compose(name, args);
    expect(act).toThrow(DomainError);
    expect(act).not.toThrow(/\.\./);
    expect(act).toThrow(expect.objectContaining({ code: 'POLICY_DENIED' }));
  });

  it.each([
    ['http-auth:add-allowed-ip', ['blog', 'not-an-ip'], /breaks the nginx of the whole host/],
    ['http-auth:add-allowed-ip', ['blog', '10.0.0.0/33'], /breaks the nginx of the whole host/],
    ['http-auth:enable', ['blog', 'a b', 'p q'], /a user name holds only/],
    ['redirect:set', ['blog', 'www.example.com', 'example.com', '200'], /it is one of 301/],
    ['redirect:set', ['blog', 'www.example.com', 'example.com; id'], /a domain is like/],
  ])('refuses what would break the nginx of the host: %s %j', (name, args, reason) => {
    expect(() => catalogue.compose(name, args)).toThrow(reason);
  });

  it('takes out again what is broken already', () => {
    for (const [name, args] of [
      ['http-auth:remove-allowed-ip', ['blog', 'not-an-ip']],
      ['http-auth:remove-user', ['blog', 'a b']],
      ['redirect:unset', ['blog', 'not a domain']],
    ] as const) {
      expect(catalogue.compose(name, args).args).toEqual(args);
    }
  });

  it('takes addresses and networks of both families', () => {
    for (const address of ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32', '::1'])
      expect(catalogue.compose('http-auth:add-allowed-ip', ['blog', address]).args[1]).toBe(address);
  });

  it('names passwords and keys of DNS providers as secrets', () => {
    expect(catalogue.compose('http-auth:add-user', ['blog', 'ann', 'hunter22']).secrets).toEqual([
      'hunter22',
    ]);
    const key = ['blog', 'dns-provider-CLOUDFLARE_DNS_API_TOKEN', 'token-123'];
    expect(catalogue.compose('letsencrypt:set', key).secrets).toEqual(['token-123']);
    const joined = ['blog', 'dns-provider-CLOUDFLARE_DNS_API_TOKEN=token-123'];
    expect(catalogue.compose('letsencrypt:set', joined).secrets).toEqual(['token-123']);
    expect(catalogue.compose('letsencrypt:set', ['blog', 'email', 'a@b.example']).secrets).toBeUndefined();
  });

  it('names what is near', () => {
    expect(() => catalogue.compose('app:list', [])).toThrow(/apps:list/);
  });

  it('makes a command that can be sent', () => {
    expect(catalogue.compose('apps:destroy', ['blog'])).toEqual({
      name: 'apps:destroy',
      args: ['blog'],
      flags: ['force'],
    });
  });
});
