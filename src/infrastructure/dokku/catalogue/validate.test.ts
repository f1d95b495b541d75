import { describe, expect, it } from 'vitest';
import type { CommandInfo } from '../../../application/ports.ts';
import { ValidationError } from '../../../domain/errors.ts';
import { Catalogue, coreCommands } from './catalogue.ts';
import { parseSynopsis } from './syntax.ts';
import { validateCommand } from './validate.ts';

const catalogue = new Catalogue();

function info(name: string): CommandInfo {
  const found = catalogue.find(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const valid = (name: string, ...args: readonly string[]) => validateCommand(info(name), args);

function fault(name: string, args: readonly string[]): ValidationError {
  try {
    validateCommand(info(name), args);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error(`${name} ${args.join(' ')} was taken`);
}

describe('validateCommand', () => {
  it.each([
    ['apps:list'],
    ['apps:list', '--format', 'json'],
    ['nginx:report'],
    ['nginx:report', 'blog', '--nginx-hsts'],
    ['nginx:report', '--global', '--format', 'json'],
    ['ps:report', 'blog', '--status-web.1'],
    ['nginx:set', 'blog', 'client-max-body-size', '50m'],
    ['nginx:set', '--global', 'hsts'],
    ['ps:scale', 'blog', 'web=2', 'worker=0'],
    ['ps:restart', 'blog', 'web'],
    ['ps:restart', '--all', '--parallel', '-1'],
    ['config:get', '--global', 'PATH_X'],
    ['docker-options:add', 'blog', 'deploy,run', '-v /a:/b'],
    ['docker-options:add', '--process', 'web', 'blog', 'deploy', '--cpus', '2'],
    ['run', '--env', 'A=b', 'blog', 'ls', '-l', '--color'],
    ['run', 'blog', 'sh', '-c', 'echo --app x'],
    ['enter', 'blog', 'web', '--', 'ls', '-l'],
    ['enter', 'blog', '--', 'ls'],
    ['enter', 'blog', '--container-id', 'abc', '--', 'ls'],
    ['run:stop', '--container', 'blog.run.12'],
    ['certs:show', 'blog', 'crt'],
    ['builds:output', 'blog', 'current'],
    ['git:sync', '--build', 'blog', 'https://github.com/dokku/x.git', 'main'],
    ['domains:add', 'blog', 'www.example.com', '*.example.com'],
    ['docker-options:list', 'blog', '--phase', 'deploy'],
    ['buildpacks:set', '--index', '2', 'blog', 'https://github.com/heroku/x.git'],
    ['network:set', 'blog', 'attach-post-create', 'one', 'two'],
    ['help', '--all'],
    ['logs', 'blog', '--num', '20', '--ps', 'web.1'],
  ])('takes %s %s %s %s %s %s', (name, ...args) => {
    expect(valid(name, ...args).args).toEqual(args);
  });

  it('sends flag and value as two words, global flags apart, secrets named', () => {
    expect(valid('logs', '--num=20', '--quiet', 'blog')).toEqual({
      name: 'logs',
      args: ['--num', '20', 'blog'],
      flags: ['quiet'],
    });
    expect(valid('git:from-image', '--force', 'blog', 'team/app:1').flags).toEqual(['force']);
    expect(valid('network:destroy', 'net')).toEqual({
      name: 'network:destroy',
      args: ['net'],
      flags: ['force'],
    });
    expect(valid('config:set', 'blog', 'A=s3cret', 'B=').secrets).toEqual(['s3cret']);
    expect(valid('registry:login', '--global', 'ghcr.io', 'me', 'pass').secrets).toEqual(['pass']);
    expect(valid('ps:scale', 'blog', 'web=2').secrets).toBeUndefined();
  });

  it.each<[string, readonly string[], string]>([
    ['apps:create', [], 'app'],
    ['apps:create', ['Blog'], 'app'],
    ['apps:create', ['-rf'], '-rf'],
    ['apps:create', ['blog', 'more'], 'argument 2'],
    ['apps:rename', ['blog', '../x'], 'new-app'],
    ['apps:list', ['--format', 'xml'], '--format'],
    ['apps:list', ['--format'], '--format'],
    ['apps:list', ['--nosuch'], '--nosuch'],
    ['apps:list', ['--format', 'json', 'x'], 'argument 1'],
    ['apps:destroy', ['--force=true', 'blog'], '--force'],
    ['nginx:report', ['blog', '--force'], '--force'],
    ['nginx:report', ['blog', '--app'], '--app'],
    ['nginx:report', ['blog', '--trace'], '--trace'],
    ['nginx:set', ['blog'], 'property'],
    ['nginx:set', ['--global', 'x', '--app'], '--app'],
    ['config:get', ['blog', '1X'], 'key'],
    ['config:set', ['blog'], 'key=value'],
    ['config:set', ['blog', 'NOVALUE'], 'key=value'],
    ['config:set', ['blog', '1=2'], 'key=value'],
    ['ps:scale', ['blog', 'web=-1'], 'process=count'],
    ['ps:scale', ['blog', 'web'], 'process=count'],
    ['ps:stop', ['blog', 'worker'], 'argument 2'],
    ['ps:rebuild', ['--parallel', 'x', '--all'], '--parallel'],
    ['certs:show', ['blog', 'pem'], 'crt|key'],
    ['domains:add', ['blog', 'http://x.com'], 'domain'],
    ['git:sync', ['blog', 'file:///home/dokku/other'], 'repository'],
    ['git:sync', ['blog', '--upload-pack=/tmp/x.sh'], '--upload-pack'],
    ['git:sync', ['blog', 'https://h/x.git', 'HEAD~1'], 'git-ref'],
    ['git:from-image', ['blog', "demo/web:1'"], 'image'],
    ['ports:add', ['blog', 'ftp:80:80'], 'port'],
    ['docker-options:list', ['blog'], '--phase'],
    ['enter', ['blog', 'web'], 'word'],
    ['enter', ['blog', 'web', 'ls'], 'argument 3'],
    ['run', ['blog'], 'word'],
    ['run', ['--env', '1=2', 'blog', 'ls'], '--env'],
    ['storage:destroy', ['../redis/x'], 'entry'],
    ['builds:info', ['blog', '../../x'], 'build'],
    ['network:create', ['--driver'], '--driver'],
    ['apps:create', ['--'], '--'],
    ['enter', ['--', 'ls'], '--'],
    ['enter', ['blog', '--'], 'word'],
    ['plugin:list', ['--help'], '--help'],
  ])('%s %j: refuses %s', (name, args, field) => {
    const error = fault(name, args);
    expect(error.field).toBe(field);
    expect(error.remedy).toContain(`Usage: ${name}`);
  });

  it('refuses standard input where none is read', () => {
    expect(() => validateCommand(info('apps:list'), [], 'x')).toThrow(
      expect.objectContaining({ field: 'stdin' }),
    );
    expect(validateCommand(info('config:import'), ['--format', 'json', 'blog', '-'], '{}').stdin).toBe('{}');
  });

  it('shows no value in its message', () => {
    const error = fault('config:set', ['blog', 'topsecret']);
    expect(JSON.stringify([error.message, error.remedy, error.details])).not.toContain('topsecret');
  });
});

describe('parseSynopsis', () => {
  it.each(coreCommands.map(({ name, synopsis }) => [name, synopsis]))(
    'reads all of %s',
    (_name, synopsis = '') => {
      const { flags, positionals, anyFlag } = parseSynopsis(synopsis);
      const read = new Set([...flags.keys(), ...positionals.map(({ name }) => name)]);
      const values = [...flags.values()].flatMap(({ value }) => (value === undefined ? [] : [value.name]));
      for (const [, mention = ''] of synopsis.matchAll(/<([^>]+)>/g)) {
        expect([...read, ...values, ...(anyFlag ? ['property'] : [])]).toContain(mention);
      }
      for (const [flag] of synopsis.matchAll(/--[a-z0-9-]+/g)) expect(flags.has(flag)).toBe(true);
      const optional = positionals.findIndex(({ required }) => !required);
      const late = positionals.slice(optional).some(({ required, afterDashes }) => required && !afterDashes);
      expect(optional >= 0 && late).toBe(false);
    },
  );
});
