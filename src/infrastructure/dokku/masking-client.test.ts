import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { Secrets } from '../../application/secrets.ts';
import { appOf } from './app-text.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import { MaskingClient } from './masking-client.ts';

const catalogue = new Catalogue();
let bench: Bench | undefined;
afterEach(() => bench?.close());

async function open(...given: readonly string[]) {
  bench = await openBench({ given: ['apps:create shop', ...given] });
  const secrets = new Secrets();
  const { clock } = bench.context;
  return { on: bench, secrets, client: new MaskingClient(bench.client, { catalogue, clock, secrets }) };
}
const names = (on: Bench) => on.wire.argv.map(([name]) => name);

describe('MaskingClient', () => {
  it('reads the variables of an app before what it prints, its own and those of all apps', async () => {
    const { on, client } = await open(
      'config:set --no-restart shop TOKEN=tok-4711-abc',
      'config:set --global SHARED=all-0815-xyz',
      'git:from-image shop demo/web:1',
    );
    on.app('shop').containers[0]?.logs.push({ at: on.host.now(), text: 'has tok-4711-abc and all-0815-xyz' });
    const lines: string[] = [];
    const { stdout } = await client.execute(
      { name: 'logs', args: ['shop'] },
      { onLine: ({ text }) => void lines.push(text) },
    );
    expect(stdout).toContain('has ******** and ********');
    expect(lines.join('\n')).toContain('has ******** and ********');
    expect(names(on)).toEqual(['config:export', 'logs']);
    await client.execute({ name: 'logs', args: ['shop'] });
    expect(names(on)).toEqual(['config:export', 'logs', 'logs']);
  });

  it('hands what is parsed on as it is, and reads nothing for it', async () => {
    const { on, client } = await open('config:set --no-restart shop TOKEN=tok-4711-abc');
    const exported = await client.execute({ name: 'config:export', args: ['--format', 'json', 'shop'] });
    expect(exported.stdout).toContain('tok-4711-abc');
    await client.execute({ name: 'domains:report', args: ['shop'] });
    expect(names(on)).toEqual(['config:export', 'domains:report']);
  });

  it('masks what a command sets, in its answer and in its failure', async () => {
    const { on, client } = await open('git:from-image shop demo/web:1');
    const set = await client.execute({ name: 'config:set', args: ['shop', 'TOKEN=tok-4711-abc'] });
    expect(set.stdout).toContain('TOKEN:');
    expect(set.stdout).not.toContain('tok-4711-abc');
    await expect(
      client.execute({ name: 'run', args: ['shop', 'sh', '-c', 'echo "$TOKEN"; exit 3'] }),
    ).rejects.toMatchObject({ code: 'COMMAND_FAILED', details: { exit: 3, output: '********' } });
    expect(on.app('shop').config.get('TOKEN')).toBe('tok-4711-abc');
  });

  it('reads nothing that an app prints when its variables cannot be read', async () => {
    const { client } = await open('git:from-image shop demo/web:1', 'config:set --no-restart shop BAD=a\\\\');
    await expect(client.execute({ name: 'config:export', args: ['shop'] })).rejects.toMatchObject({
      code: 'POISONED_CONFIG',
    });
    await expect(client.execute({ name: 'logs', args: ['shop'] })).rejects.toMatchObject({
      code: 'POISONED_CONFIG',
    });
    await expect(client.execute({ name: 'logs', args: ['none'] })).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
    });
  });

  it('reads nothing that an app prints when the way to its variables breaks', async () => {
    const { on, client } = await open('git:from-image shop demo/web:1');
    const { DomainError } = await import('../../domain/errors.ts');
    on.wire.before = () => {
      throw new DomainError('LINK_LOST', { command: 'config:export', host: 'sim', reason: 'cut' });
    };
    await expect(client.execute({ name: 'logs', args: ['shop'] })).rejects.toMatchObject({
      code: 'LINK_LOST',
    });
    expect(names(on)).toEqual([]);
  });
});

describe('appOf', () => {
  it.each([
    ['logs', ['--num', '100', '--ps', 'web', 'shop'], 'shop'],
    ['logs', ['shop', '--num', '100'], 'shop'],
    ['run', ['--env', 'A=b', 'shop', 'echo', 'other'], 'shop'],
    ['git:sync', ['--build', 'shop', 'https://h/a.git'], 'shop'],
    ['ps:rebuild', ['--parallel', '2', '--all'], 'all'],
    ['builds:output', ['shop', 'current'], 'shop'],
    ['events', [], undefined],
    ['config:set', ['--global', 'A=b'], undefined],
  ])('%s %j names %s', (name, args, app) => {
    const info = catalogue.find(name);
    if (info === undefined) throw new Error(`no ${name}`);
    expect(appOf(info, args)).toBe(app);
  });
});
