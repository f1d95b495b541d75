import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import { RecordedTransport, record, story } from '../../../test/support/recorded-transport.ts';
import type { CommandInfo, OutputLine } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { createDokkuClient } from './client.ts';
import { deadlines } from './deadlines.ts';

function setUp(known: Readonly<Record<string, Partial<CommandInfo>>> = {}) {
  const transport = new RecordedTransport().play(story('11'));
  const clock = new ManualClock();
  const catalogue = openCatalogue({
    'config:set': { effect: 'disruptive', longRunning: true },
    'apps:create': { effect: 'reversible' },
    'apps:lock': { effect: 'reversible' },
    'builds:list': { since: '0.38.0' },
    'x:future': { since: '9.9.9' },
    logs: { output: 'stream', longRunning: true },
    ...known,
  });
  return { transport, clock, client: createDokkuClient({ host: 'test', transport, catalogue, clock }) };
}

describe('execute', () => {
  it('gives the host’s answer unchanged', async () => {
    const { transport, client } = setUp();
    transport.play([record('02', 'config:get cfg MULTI'), record('02', 'config:get cfg DOLLAR')]);
    const result = await client.execute({ name: 'config:get', args: ['cfg', 'MULTI'] });
    expect(result).toEqual({
      exit: 0,
      stdout: 'line 1\nline 2\n\n',
      stderr: '',
      truncated: false,
      durationMs: 1,
    });
  });

  it('keeps the bytes of a value, a byte order mark too', async () => {
    const { transport, client } = setUp();
    transport.answer('config:get a K', { stdout: '\ufeffx\r\n' });
    expect((await client.execute({ name: 'config:get', args: ['a', 'K'] })).stdout).toBe('\ufeffx\r\n');
  });

  it('refuses a command that the catalogue does not have, and sends nothing', async () => {
    const { transport, client } = setUp();
    await expect(client.execute({ name: 'apps:unknown', args: [] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'command',
    });
    await expect(client.execute({ name: 'logs unknown', args: [] })).rejects.toThrow(DomainError);
    expect(transport.sent).toHaveLength(0);
  });

  it('never sends what the catalogue refuses', async () => {
    const { transport, client } = setUp({ shell: { refused: 'it opens a prompt' } });
    await expect(client.execute({ name: 'shell', args: [] })).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      details: { rule: 'it opens a prompt' },
    });
    expect(transport.sent).toHaveLength(0);
  });

  it('names near commands', async () => {
    const { client } = setUp({ 'apps:unknow': {} });
    await expect(client.execute({ name: 'apps:unknown', args: [] })).rejects.toMatchObject({
      remedy: 'Did you mean apps:unknow?',
    });
  });

  it('sends a change once and a read repeatably, each with its deadline', async () => {
    const { transport, client } = setUp();
    for (const line of ['apps:exists a', 'apps:create a', 'config:set a K=v', 'logs a'])
      transport.answer(line, {});
    await client.execute({ name: 'apps:exists', args: ['a'] });
    await client.execute({ name: 'apps:create', args: ['a'] });
    await client.execute({ name: 'config:set', args: ['a', 'K=v'] });
    await client.execute({ name: 'logs', args: ['a'] });
    await client.execute({ name: 'apps:exists', args: ['a'] }, { deadlineMs: 5 });
    const sent = transport.sent.filter(({ label }) => label !== 'version');
    expect(sent.map(({ repeatable, deadlineMs }) => [repeatable, deadlineMs])).toEqual([
      [true, deadlines.read],
      [false, deadlines.change],
      [false, deadlines.longRunning],
      [true, deadlines.longRunning],
      [true, 5],
    ]);
  });

  it('does not repeat a read whose lines were already handed on', async () => {
    const { transport, client } = setUp();
    transport.answer('logs a', {});
    await client.execute({ name: 'logs', args: ['a'] }, { onLine: () => undefined });
    expect(transport.sent[0]?.repeatable).toBe(false);
  });

  it('hands over standard input, limits and the label without arguments', async () => {
    const { transport, client } = setUp();
    transport.answer('config:import a -', {});
    const signal = new AbortController().signal;
    await client.execute(
      { name: 'config:import', args: ['a', '-'], stdin: 'héllo' },
      { signal, keepBytes: 7 },
    );
    expect(transport.sent[0]).toMatchObject({ label: 'config:import', keepBytes: 7, signal });
    expect(transport.sent[0]?.stdin).toEqual(new TextEncoder().encode('héllo'));
  });

  it('takes exit codes for answers only where it was told to', async () => {
    const { transport, client } = setUp();
    transport.play([record('06', 'ports:list web')]);
    const command = { name: 'ports:list', args: ['web'] };
    expect((await client.execute(command, { accept: [1] })).exit).toBe(1);
    expect((await client.execute(command, { accept: 'any' })).exit).toBe(1);
    await expect(client.execute(command, { accept: [2] })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(client.execute(command)).rejects.toThrow('No port mappings configured for app');
  });

  it('fails when the host could not take the line apart, whatever the exit code', async () => {
    const { transport, client } = setUp();
    transport.answer('apps:list', { stderr: 'xargs: unmatched single quote; by default ...\n' });
    await expect(client.execute({ name: 'apps:list', args: [] })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(client.execute({ name: 'apps:list', args: [] }, { accept: 'any' })).rejects.toThrow('xargs');
  });

  it('reports a command that a signal ended as a shell would', async () => {
    const { transport, client } = setUp();
    transport.answer('apps:list', { signal: 'KILL' }).answer('apps:exists a', { signal: 'ODD' });
    expect((await client.execute({ name: 'apps:list', args: [] }, { accept: 'any' })).exit).toBe(137);
    expect((await client.execute({ name: 'apps:exists', args: ['a'] }, { accept: 'any' })).exit).toBe(255);
  });

  it('passes truncation on', async () => {
    const { transport, client } = setUp();
    transport.answer('apps:list', { stdout: 'x', truncated: true });
    expect((await client.execute({ name: 'apps:list', args: [] })).truncated).toBe(true);
  });
});

describe('execute, for an app that does not exist', () => {
  it('names the nearest apps, reading the list only then and once', async () => {
    const { transport, client } = setUp();
    transport.play([record('01', '--quiet apps:list'), record('01', 'apps:report nope')]);
    transport.answer('apps:report shp', { exit: 20, stderr: ' !     App shp does not exist\n' });
    const command = { name: 'apps:report', args: ['shp'] };
    const failed = await Promise.allSettled([client.execute(command), client.execute(command)]);
    for (const result of failed) {
      expect(result).toMatchObject({ reason: { code: 'APP_NOT_FOUND', remedy: 'Did you mean shop?' } });
    }
    expect(transport.count('--quiet apps:list')).toBe(1);
    await expect(client.execute({ name: 'apps:report', args: ['nope'] })).rejects.toMatchObject({
      details: { app: 'nope', nearest: [] },
    });
  });

  it('still says so when the list cannot be read', async () => {
    const { transport, client } = setUp();
    transport.play([record('01', 'apps:report nope')]);
    transport.answer('--quiet apps:list', new DomainError('TIMEOUT', { command: 'apps:list', ms: 1 }));
    await expect(client.execute({ name: 'apps:report', args: ['nope'] })).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
      details: { app: 'nope' },
    });
  });
});

describe('execute, against versions', () => {
  it('refuses what the host does not have yet, and asks for the version once', async () => {
    const { transport, client } = setUp();
    transport.answer('builds:list', { stdout: '[]' });
    await client.execute({ name: 'builds:list', args: [] });
    await expect(client.execute({ name: 'x:future', args: [] })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      details: { needs: 'Dokku 9.9.9 or newer; this host has 0.38.27' },
    });
    expect(transport.sent.map(({ line }) => line)).toEqual(['version', 'builds:list']);
  });

  it('lets the host answer when it does not tell its version', async () => {
    const { transport, client } = setUp();
    transport.answer('version', { stdout: 'dokku version master\n' }).answer('x:future', { stdout: 'ok' });
    expect((await client.execute({ name: 'x:future', args: [] })).stdout).toBe('ok');
  });

  it('asks again after a lost link', async () => {
    const { transport, client } = setUp();
    transport.answer('apps:lock a', {});
    await client.execute({ name: 'apps:lock', args: ['a'] });
    const lost = new DomainError('LINK_LOST', { command: 'apps:lock', host: 'test', reason: 'reset' });
    transport.answer('apps:lock a', lost);
    await expect(client.execute({ name: 'apps:lock', args: ['a'] })).rejects.toBe(lost);
    transport.answer('apps:lock a', {}).answer('version', { stdout: 'dokku version 0.33.0' });
    await client.execute({ name: 'apps:lock', args: ['a'] });
    expect(transport.count('version')).toBe(2);
  });
});

describe('onLine', () => {
  it('sees whole, cleaned lines in order, and holds the output back while it works', async () => {
    const { transport, client } = setUp();
    const crashed = record('03', 'git:from-image web demo/web:3');
    transport.play([crashed]);
    const seen: OutputLine[] = [];
    let busy = 0;
    const onLine = async (line: OutputLine): Promise<void> => {
      busy += 1;
      expect(busy).toBe(1);
      await Promise.resolve();
      busy -= 1;
      seen.push(line);
    };
    const command = { name: 'git:from-image', args: ['web', 'demo/web:3'] };
    const result = await client.execute(command, { onLine, accept: 'any' });
    expect(result.stdout).toContain('\u001b[31m');
    expect(seen.every(({ text }) => !text.includes('\u001b'))).toBe(true);
    expect(seen.filter(({ stream }) => stream === 'stdout')).toHaveLength(
      result.stdout.split('\n').length - 1,
    );
    expect(seen.map(({ text }) => text)).toContain(' !     Could not start due to 1 failed checks (web.1)');
  });

  it('ends the command with the listener’s failure', async () => {
    const { transport, client } = setUp();
    transport.answer('logs a', { stdout: 'one\ntwo' });
    const onLine = ({ text }: OutputLine): void => {
      if (text === 'two') throw new Error('full');
    };
    await expect(client.execute({ name: 'logs', args: ['a'] }, { onLine })).rejects.toThrow('full');
  });
});

describe('about', () => {
  it('reads version and plugins once', async () => {
    const { transport, client } = setUp();
    const [first, second] = await Promise.all([client.about(), client.about()]);
    expect(first).toBe(second);
    expect(first.version).toBe('0.38.27');
    expect(first.plugins).toContainEqual({ name: 'builds', version: '0.34.0', enabled: true, core: true });
    expect(transport.sent.map(({ line }) => line)).toEqual(['version', 'plugin:list --format json']);
  });

  it('takes the table before 0.38.22, and asks anew after ten minutes', async () => {
    const { transport, client, clock } = setUp();
    transport.answer('version', { stdout: 'dokku version 0.38.21-4-gabcdef0\n' });
    expect((await client.about()).plugins.length).toBeGreaterThan(40);
    clock.advance(600_000);
    await client.about();
    expect(transport.sent.map(({ line }) => line)).toEqual([
      'version',
      'plugin:list',
      'version',
      'plugin:list',
    ]);
  });

  it('does not remember a failure', async () => {
    const { transport, client } = setUp();
    const down = new DomainError('HOST_UNREACHABLE', { host: 'test', reason: 'no route' });
    transport.answer('version', down);
    await expect(client.about()).rejects.toBe(down);
    transport.play([record('11', 'version')]);
    expect((await client.about()).version).toBe('0.38.27');
  });
});

describe('close', () => {
  it('closes the transport', async () => {
    const { transport, client } = setUp();
    await client.close();
    expect(transport.closed).toBe(true);
  });
});
