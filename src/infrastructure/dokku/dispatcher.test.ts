import { describe, expect, it } from 'vitest';
import { dispatch } from './dispatcher.ts';

const none = { force: false, quiet: false, trace: false };
const unmatched = (kind: string) =>
  `xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option\n`;

describe('dispatch', () => {
  it.each<[string, readonly string[]]>([
    ['apps:list', ['apps:list']],
    ['  config:show   da  ', ['config:show', 'da']],
    ['config:set q1 \'K=a   b\' "C=d e"', ['config:set', 'q1', 'K=a   b', 'C=d e']],
    ['config:set q1 H=a\\\\ b', ['config:set', 'q1', 'H=a\\', 'b']],
    ['config:set q1 "a\\nb" \'c\\d\'', ['config:set', 'q1', 'a\\nb', 'c\\d']],
    ['config:set q1 A=$(id);`id`&&x|y>z', ['config:set', 'q1', 'A=$(id);`id`&&x|y>z']],
    ['config:set q1 M=a\nN=b', ['config:set', 'q1', 'M=a', 'N=b']],
    ['config:set q1 a\\\nb', ['config:set', 'q1', 'a', 'b']],
    ["config:set q1 ''", ['config:set', 'q1']],
    ["config:set q1 '' ", ['config:set', 'q1', '']],
    ["config:set q1 '' x", ['config:set', 'q1', '', 'x']],
    ['logs -n 5 app', ['logs', '5', 'app']],
    ["run app -e 'A=1' -nE -", ['run', 'app', '', 'A=1', '-']],
    ['apps:list # comment *', ['apps:list', '#', 'comment', '*']],
    ["git:set q1 deploy-branch 'ma in'", ['git:set', 'q1', 'deploy-branch', "'ma", "in'"]],
    ['git:report q1 -n --help', ['git:report', 'q1', '-n', '--help']],
    ['digits:x \\a', ['digits:x', '\\a']],
    ['legit:x \\a', ['legit:x', '\\a']],
    ['k3s:report app', ['scheduler-k3s:report', 'app']],
    ['-e config:show q1', ['', 'config:show', 'q1']],
    ['', []],
    [' ', ['']],
    ["'", ['']],
  ])('%j reaches the plugin as %j', (line, argv) => {
    expect(dispatch(line)).toMatchObject({ argv, flags: none, stderr: '' });
  });

  it('runs what was read before an unbalanced quote', () => {
    expect(dispatch("config:set q1 F='unbalanced x")).toMatchObject({
      argv: ['config:set', 'q1'],
      stderr: unmatched('single'),
    });
    expect(dispatch('config:set q1 "G=a\n x')).toMatchObject({
      argv: ['config:set', 'q1'],
      stderr: unmatched('double'),
    });
    expect(dispatch("'open")).toMatchObject({ argv: [], stderr: unmatched('single') });
  });

  it("replaces --help and --version by echo's own text", () => {
    const help = dispatch('apps:create --help').argv;
    expect(help.slice(0, 4)).toEqual([
      'apps:create',
      'Usage: echo [SHORT-OPTION]... [STRING]...',
      '  or:  echo LONG-OPTION',
      'Echo the STRING(s) to standard output.',
    ]);
    expect(help).toHaveLength(37);
    expect(dispatch('apps:create q3 --version').argv.slice(0, 3)).toEqual([
      'apps:create',
      'q3',
      'echo (GNU coreutils) 9.1',
    ]);
  });

  it.each<[string, object]>([
    ['--app q1 config:show', { argv: ['config:show', 'q1'], flags: { ...none, app: 'q1' } }],
    [
      'run da echo --app db',
      { argv: ['run', 'db', 'da', 'echo', '--app', 'db'], flags: { ...none, app: 'db' } },
    ],
    ["config:set da 'MSG=with --app db now'", { argv: ['config:set', 'db', 'da', 'MSG=with --app db now'] }],
    ["config:set da 'MSG=with --app db'", { argv: ['config:set', "db'", 'da', 'MSG=with --app db'] }],
    ["config:set da 'B=--app q2'", { argv: ['config:set', 'da', 'B=--app q2'], flags: none }],
    ['config:set da MSG=x\\ \\-\\-app\\ db', { argv: ['config:set', 'da', 'MSG=x --app db'], flags: none }],
    ["config:set da '--app' db", { argv: ['config:set', 'db', 'da', '--app', 'db'] }],
    ['--app q1 postgres:info x', { argv: ['postgres:info', 'x'], flags: { ...none, app: 'q1' } }],
    ['apps:list --app', { argv: ['apps:list', '--app'], flags: none }],
    ["x 'please --force it'", { flags: { ...none, force: true } }],
    ["x '--trace'", { flags: { ...none, trace: true } }],
    ['--quiet --force apps:list', { argv: ['apps:list'], flags: { ...none, quiet: true, force: true } }],
    ['apps:destroy q2 --force', { argv: ['apps:destroy', 'q2', '--force'], flags: { ...none, force: true } }],
    ['plugin:install https://x', { rootOnly: true }],
    ["'plugin:install' x", { rootOnly: true, argv: ['plugin:install', 'x'] }],
    ['plugin:list', { rootOnly: false }],
    ['ssh-keys:add me', { rootOnly: true }],
    ['ssh-keys:list', { rootOnly: false }],
    ['git:report q1', { git: true }],
    ['config:show git', { git: false }],
  ])('%j: %j', (line, expected) => {
    expect(dispatch(line)).toMatchObject(expected);
  });

  it('keeps --version at the front, where the dokku script does not shift it', () => {
    expect(dispatch('git --version')).toMatchObject({ argv: ['git', '--version'] });
    expect(dispatch('--version --quiet apps:list').git).toBe(false);
  });
});
