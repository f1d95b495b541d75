import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { Catalogue, coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { dispatch } from '../../src/infrastructure/dokku/dispatcher.ts';
import { encode } from '../../src/infrastructure/dokku/encoder.ts';
import { realDispatch } from '../support/real-dispatcher.ts';
import { rightsUnder } from '../support/rights.ts';
import { runFence } from './fence-runner.ts';

const catalogue = new Catalogue();
const onlyShop = PolicySchema.parse({ rules: [{ id: 'shop', decision: 'allow', apps: ['shop'] }] });
const subject = { role: 'operator', host: 'prod', readOnly: false };
const options = { policy: onlyShop, subject, commands: coreCommands, strict: true, dokku: 'dokku' };
const rights = rightsUnder(onlyShop, subject);

/** What Dokku would do with the line is nothing that the policy denies. */
function isFair(line: string): boolean {
  const { argv, flags, stderr, rootOnly } = dispatch(line);
  const [name = '', ...args] = argv;
  if (flags.app !== undefined || flags.trace || stderr !== '' || rootOnly) return false;
  return catalogue.find(name) !== undefined && rights.judge({ name, args }).verdict === 'allow';
}

describe.each(['dash', 'bash'])('the fence in %s', (shell) => {
  it.each([
    'config:keys --app victim shop',
    'config:keys shop --app victim',
    'run shop -- ls --app victim',
    'run shop ls --app victim',
    'config:set shop A=\\ --app victim',
    'config:set shop \\-\\-app victim',
    "config:set shop '--app' victim",
    '--app victim config:keys shop',
    '--quiet --app victim config:keys shop',
    '--trace config:keys shop',
    'config:keys shop --trace',
    'config:keys shop --force',
    'config:keys victim',
    'config:keys  victim',
    'config:keys "shop" victim',
    'config:keys --global',
    'config:keys shop --global',
    'ps:stop shop --all',
    'ps:stop --all shop',
    'config:../../apps/subcommands/destroy shop',
    'config:keys:x shop',
    'CONFIG:keys shop',
    'k3s:report shop',
    'unknown shop',
    'apps:clone shop victim',
    'apps:clone victim shop',
    'apps:rename shop victim',
    'logs -n shop',
    'logs --num victim',
    'config:get -n shop',
    "config:set shop A=it's",
    'config:set shop A=$(id)',
    'config:set shop A=`id`',
    'config:set shop A=x;id',
    'config:set shop A=\tx',
    'config:set shop A=\rx',
    'config:set shop A=\u001bx',
    'config:keys shop\\',
    'config:keys\\ shop',
    'config:keys shop --help',
    '--version',
    '--help config:keys shop',
    'help',
    'shell',
    'trace:on',
    'plugin:install https://x',
    'ssh-keys:add me',
    "git-receive-pack 'shop'",
    'git-upload-pack shop',
    'git:sync shop https://x --app victim',
    'git:sync --build --app shop',
    'git:sync victim\\ https://x',
    'git:from-image --force shop img',
    'scp -t /tmp',
    'apps:list',
    '-- config:keys shop',
    'config:keys -- shop',
    'enter shop web ls',
    '*',
    ' config:keys shop',
    'config:keys shop ',
    '',
  ])('refuses what is not fair: %j', (line) => {
    const [passes] = runFence(options, [line], shell);
    expect(passes).toBe(false);
  });

  it.each([
    'config:set shop A=it',
    'config:set shop A=x\\ --app\\ victim',
    '--force --quiet apps:destroy shop',
  ])('lets pass what is fair: %j', (line) => {
    expect(runFence({ ...options, strict: false }, [line], shell)).toEqual([true]);
  });

  it.each([
    'docker-options:add shop deploy --privileged',
    'git:sync shop /home/dokku/payroll',
    'git:sync shop file:///home/dokku/payroll',
    'git:sync shop ext::sh',
    'git:from-archive shop file:///etc/shadow',
    'storage:mount shop /:/host',
    'storage:mount shop /var/run/docker.sock:/x',
    'storage:mount shop /var/lib/dokku/data/storage/../../x:/x',
    'storage:mount shop /var/lib/dokku/data/storage/x:/x:shared',
    'storage:mount shop data --volume-options shared',
    'network:set shop initial-network host',
    'network:set shop initial-network container:x',
    'nginx:set shop client-max-body-size 1m\\;x',
    'nginx:set shop access-log-path /etc/passwd',
    'nginx:set shop access-log-path /var/log/nginx/../x',
    'builder:set shop build-dir ../x',
    'traefik:set shop image x',
  ])('keeps the host shut, whatever the policy: %j', (line) => {
    const open = { ...options, policy: PolicySchema.parse({}), strict: false };
    expect(runFence(open, [line], shell)).toEqual([false]);
  });

  it.each([
    'git:sync --build shop https://git.example/x.git main',
    'git:sync shop git@git.example:x/y.git',
    'buildpacks:add shop https://github.com/heroku/heroku-buildpack-nodejs',
    'storage:mount shop /var/lib/dokku/data/storage/x:/x:ro',
    'storage:mount shop data --container-dir /x',
    'nginx:set shop access-log-path /var/log/nginx/shop.log',
    'nginx:set shop access-log-path',
    'network:set shop initial-network net',
    'builder:set shop build-dir app',
  ])('lets the ordinary pass: %j', (line) => {
    expect(runFence({ ...options, strict: false }, [line], shell)).toEqual([true]);
  });

  it('lets nothing pass that Dokku would read as something denied', () => {
    const piece = fc.constantFrom(
      'shop',
      'victim',
      'config:keys',
      'config:set',
      'ps:stop',
      'run',
      'git:sync',
      'logs',
      'apps:destroy',
      'enter',
      '--',
      '--app',
      '--force',
      '--quiet',
      '--all',
      '--global',
      '--no-restart',
      '--num',
      '5',
      '-n',
      '-t',
      '--format',
      'json',
      '--app=victim',
      '--format=json',
      "''",
      "'",
      '"',
      '\\',
      '\\ ',
      '\\-',
      ' ',
      '  ',
      '=',
      'A=b',
      'é',
      '*',
      '$x',
      'https://x.example',
    );
    const glue = fc.constantFrom(' ', ' ', ' ', ' ', ' ', '', '\\', "'");
    const start = fc.constantFrom(
      'config:keys ',
      'config:set shop ',
      'run shop ',
      'git:sync ',
      'logs ',
      'ps:stop ',
      '--quiet logs ',
      '',
    );
    const line = fc
      .tuple(start, fc.array(fc.tuple(piece, glue), { maxLength: 6 }))
      .map(([first, parts]) => first + parts.flat().join('').replace(/ $/, ''));
    const lines = fc.sample(line, { seed: 7, numRuns: 6_000 });
    const answers = runFence(options, lines, shell);
    const passed = lines.filter((_, index) => answers[index]);
    expect(passed.length).toBeGreaterThan(200);
    expect(passed.filter((one) => !isFair(one))).toEqual([]);
    const read = realDispatch(passed);
    expect(read.map(({ argv, stderr }) => [argv, stderr])).toEqual(
      passed.map((one) => [dispatch(one).argv, '']),
    );
  }, 120_000);

  it('lets every value pass that the encoder can send', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...'ab -\'"\\$`*;&|<>(){}[]#~!?^%=é漢😀'), maxLength: 30 }),
    );
    const commands = fc
      .sample(fc.array(value, { maxLength: 5 }), { seed: 11, numRuns: 1_500 })
      .map((values) => ({ name: 'run', args: ['shop', 'printf', ...values] }))
      .filter((command) => canSend(command) && !command.args.some((word) => /[\p{Cc}]/u.test(word)));
    const answers = runFence(
      options,
      commands.map((command) => encode(command)),
      shell,
    );
    expect(commands.length).toBeGreaterThan(1_000);
    expect(
      answers.filter((yes, index) => yes !== (rights.judge(commands[index]!).verdict === 'allow')),
    ).toEqual([]);
  }, 120_000);
});

function canSend(command: { name: string; args: string[] }): boolean {
  try {
    encode(command);
    return true;
  } catch {
    return false;
  }
}
