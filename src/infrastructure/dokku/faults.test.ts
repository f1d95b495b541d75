import { describe, expect, it } from 'vitest';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import { record, story } from '../../../test/support/recorded-transport.ts';
import type { Command } from '../../application/ports.ts';
import { failures } from '../../domain/failures.ts';
import { faultOf, isSplitRefused } from './faults.ts';

const catalogue = openCatalogue();

function failed(
  line: string,
  answer: { exit: number | string; stdout?: string; stderr?: string },
  secrets?: string[],
) {
  const [name = '', ...args] = line.split(' ').filter((word) => word !== '--force');
  const command: Command = { name, args, ...(secrets === undefined ? {} : { secrets }) };
  const info = catalogue.find(name);
  if (info === undefined) throw new Error(`no ${name}`);
  return {
    command,
    info,
    exit: Number(answer.exit),
    stdout: answer.stdout ?? '',
    stderr: answer.stderr ?? '',
  };
}

describe('faultOf, on what a real host answered', () => {
  it.each([
    ['01', 'apps:create shop', 2, 'NAME_TAKEN', { what: 'app', name: 'shop' }],
    ['01', 'apps:clone shop shop-copy', 2, 'NAME_TAKEN', { what: 'app', name: 'shop-copy' }],
    ['01', 'apps:report nope', 1, 'APP_NOT_FOUND', { app: 'nope' }],
    ['01', '--force apps:destroy nope', 1, 'APP_NOT_FOUND', { app: 'nope' }],
    ['05', 'ps:rebuild nope', 1, 'APP_NOT_FOUND', { app: 'nope' }],
    ['10', 'run nope echo hi', 1, 'APP_NOT_FOUND', { app: 'nope' }],
    ['42', 'redis:link svc-app svc-cache', 1, 'APP_NOT_FOUND', { app: 'svc-cache' }],
    ['01', 'apps:create -shop', 1, 'USAGE', { command: 'apps:create' }],
    ['01', 'apps:create', 1, 'USAGE', { command: 'apps:create' }],
    ['01', 'apps:report shop --no-such-key', 1, 'USAGE', { command: 'apps:report' }],
    ['10', 'run:list', 1, 'USAGE', { command: 'run:list' }],
    ['06', 'ports:list web --format json', 1, 'USAGE', { reason: 'unknown flag: --format' }],
    ['01', 'no-such:thing', 1, 'UNSUPPORTED', { what: 'dokku no-such:thing' }],
    ['10', 'logs multi', 1, 'NOT_DEPLOYED', { app: 'multi' }],
    ['08', 'network:info nope', 1, 'NOT_FOUND', { what: 'network', name: 'nope' }],
    ['09', 'cron:run web nope', 1, 'NOT_FOUND', { what: 'cron task', name: 'nope' }],
    ['41', 'redis:create svc-cache', 2, 'NAME_TAKEN', { what: 'redis service', name: 'svc-cache' }],
    ['41', 'redis:backup svc-none bucket', 1, 'NOT_FOUND', { what: 'redis service', name: 'svc-none' }],
    ['16', 'config:export --format json poison', 2, 'POISONED_CONFIG', { app: 'poison' }],
    ['16', 'config:import --no-restart --replace poison -', 1, 'POISONED_CONFIG', { app: 'poison' }],
    [
      '05',
      'ps:set web restart-policy sometimes',
      1,
      'COMMAND_FAILED',
      { reason: 'Invalid restart-policy specified' },
    ],
    ['01', 'apps:locked shop', 1, 'COMMAND_FAILED', { reason: 'Deploy lock does not exist' }],
  ])('%s %s (%i) is %s', (name, line, nth, code, details) => {
    const fault = faultOf(failed(line, record(name, line, nth)));
    expect(fault.code).toBe(code);
    expect(fault.details).toMatchObject(details);
  });

  it('names the command for an administrator', () => {
    const fault = faultOf(failed('plugin:install', record('11', 'plugin:install')));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.remedy).toContain('sudo dokku plugin:install');
  });

  it('knows a docker client that cannot print JSON', () => {
    const stderr = " !     invalid character 'j' looking for beginning of value\n";
    const fault = faultOf(failed('network:list --format json', { exit: 1, stderr }));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.message).toContain('docker 23 or later');
  });

  it('tells where to get an official plugin', () => {
    const stderr = ' !     `postgres:list` is not a dokku command.\n';
    expect(faultOf(failed('postgres:list', { exit: 1, stderr })).remedy).toContain(
      'sudo dokku plugin:install https://github.com/dokku/dokku-postgres.git',
    );
  });

  it('knows the deploy lock, which is told on standard output', () => {
    const stdout =
      ' !     web currently has a deploy lock in place. Exiting...\n' +
      " !     Run 'apps:unlock' to release the existing deploy lock\n";
    expect(faultOf(failed('git:from-image web demo/web:2', { exit: 1, stdout }))).toMatchObject({
      code: 'LOCKED',
      details: { app: 'web' },
    });
  });

  it('never lets the poisoned value through', () => {
    const fault = faultOf(failed('config:show poison', record('16', 'config:show poison')));
    expect(fault.message).not.toContain('quoted\\');
  });

  it('has an answer with a known code, a reason and a remedy for every failure of every story', () => {
    const names = [
      '00',
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
      '09',
      '10',
      '11',
      '13',
      '16',
      '31',
      '32',
      '41',
      '50',
    ];
    const faults = names
      .flatMap(story)
      .filter(
        ({ exit, line }) => typeof exit === 'number' && exit !== 0 && exit !== 255 && /^[a-z]/.test(line),
      )
      .map((entry) => faultOf(failed(entry.line, entry)));
    expect(faults.length).toBeGreaterThan(150);
    for (const fault of faults) {
      expect(failures).toHaveProperty(fault.code);
      expect(fault.message.length).toBeLessThan(1200);
      expect(`${fault.message}${fault.remedy}`).not.toMatch(/\u001b|undefined|\[object/);
    }
  });
});

describe('faultOf, on what could mislead', () => {
  it('takes exit 20 of a program behind run for the exit code of that program', () => {
    expect(faultOf(failed('run web sh', { exit: 20, stderr: 'App shop does not exist\n' }))).toMatchObject({
      code: 'COMMAND_FAILED',
      details: { exit: 20 },
    });
    expect(
      faultOf(failed('run web sh', { exit: 20, stderr: 'x\n !     App shop does not exist\n' })).code,
    ).toBe('COMMAND_FAILED');
  });

  it('does not believe an app that prints the words of Dokku with another exit code', () => {
    const stdout = ' !     App other does not exist\n !     Execution of release task failed: rake\n';
    expect(faultOf(failed('ps:rebuild web', { exit: 1, stdout })).code).toBe('COMMAND_FAILED');
  });

  it('gives the meaning of a silent exit code', () => {
    const silent = failed('certs:add web', { exit: 2 });
    const info = { ...silent.info, exitCodes: { 2: 'no usable tar on standard input' } };
    expect(faultOf({ ...silent, info })).toMatchObject({
      details: { reason: 'no usable tar on standard input' },
    });
    expect(faultOf(silent)).toMatchObject({ details: { reason: 'the host gave no reason' } });
  });

  it('shows the last lines when Dokku itself said nothing, and masks secrets', () => {
    const stdout = `${'x\n'.repeat(5000)}fatal: could not read hunter22\n`;
    const fault = faultOf(failed('git:sync web url', { exit: 128, stdout }, ['hunter22']));
    expect(fault.message).toContain('fatal: could not read ********');
    expect(JSON.stringify(fault.details)).not.toContain('hunter22');
    expect(JSON.stringify(fault.details).length).toBeLessThan(3500);
  });

  it('says each line once, although ps:rebuild repeats them', () => {
    const stdout = ' !     App build failed\n !     App build failed\n';
    expect(faultOf(failed('ps:rebuild web', { exit: 1, stdout }))).toMatchObject({
      details: { reason: 'App build failed' },
    });
  });
});

describe('isSplitRefused', () => {
  it('sees the complaint of the host about its own xargs', () => {
    const entry = record('12', "config:set --no-restart q1 F='unbalanced");
    const answer = failed('config:set q1', entry);
    expect(isSplitRefused(answer)).toBe(true);
    expect(faultOf(answer).code).toBe('USAGE');
  });

  it('lets a program print such a line', () => {
    expect(isSplitRefused(failed('run web find', { exit: 0, stderr: 'xargs: rm: No such file\n' }))).toBe(
      false,
    );
  });
});
