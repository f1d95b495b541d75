import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import { RecordedTransport, record, story } from '../../../test/support/recorded-transport.ts';
import { buildOfReport, buildStatus, readBuildOutput, readBuilds, readRunningBuilds } from './builds.ts';
import { createDokkuClient } from './client.ts';
import { parseTextReports } from './report.ts';

function setUp() {
  const transport = new RecordedTransport();
  const client = createDokkuClient({
    host: 'test',
    transport,
    catalogue: openCatalogue(),
    clock: new ManualClock(),
  });
  return { transport, client };
}

describe('buildStatus', () => {
  it.each([
    ['running', undefined, 'running'],
    ['succeeded', 0, 'succeeded'],
    ['failed', 1, 'failed'],
    ['failed', 141, 'failed'],
    ['failed', -1, 'interrupted'],
    ['abandoned', undefined, 'interrupted'],
    ['canceled', -1, 'canceled'],
    ['something new', undefined, 'interrupted'],
  ])('%s with %j is %s', (shown, exit, status) => {
    expect(buildStatus(shown, exit)).toBe(status);
  });
});

describe('readBuilds', () => {
  it('reads the records of a real host, newest first', async () => {
    const { transport, client } = setUp();
    transport.play([record('13', 'builds:list multi --format json', 2)]);
    const builds = await readBuilds(client, 'multi');
    expect(builds.slice(0, 3).map(({ status }) => status)).toEqual([
      'interrupted',
      'succeeded',
      'interrupted',
    ]);
    expect(builds[1]).toEqual({
      id: 'mwtl74gzjbv3m8',
      status: 'succeeded',
      kind: 'build',
      source: 'git:sync',
      startedAt: Date.parse('2026-11-23T18:16:08.409Z'),
      finishedAt: Date.parse('2026-11-23T18:17:19.750Z'),
      exitCode: 0,
    });
    expect(builds[0]).not.toHaveProperty('finishedAt');
  });

  it('reads an app without records', async () => {
    const { transport, client } = setUp();
    transport.play([record('03', 'builds:list web --kind deploy --format json')]);
    transport.answer('builds:list web --format json', { stdout: '[]\n' });
    expect(await readBuilds(client, 'web')).toEqual([]);
  });

  it('refuses another shape', async () => {
    const { transport, client } = setUp();
    transport.answer('builds:list web --format json', { stdout: 'No builds recorded for this app\n' });
    await expect(readBuilds(client, 'web')).rejects.toMatchObject({ code: 'UNEXPECTED_OUTPUT' });
  });
});

describe('readRunningBuilds', () => {
  it('does not take abandoned records for running ones', async () => {
    const { transport, client } = setUp();
    transport.play([record('04', 'builds:list --format json')]);
    expect((await readRunningBuilds(client)).size).toBe(0);
  });

  it('finds the build that runs', async () => {
    const { transport, client } = setUp();
    const alive = record('04', 'builds:list --format json').stdout.replace('"abandoned"', '"running"');
    transport.answer('builds:list --format json', { stdout: alive });
    expect([...(await readRunningBuilds(client))]).toMatchObject([
      ['multi', { id: 'mwtkcnvqjtgcoj', status: 'running' }],
    ]);
  });
});

describe('buildOfReport', () => {
  it('reads the last record of builds:report', () => {
    const report = parseTextReports('builds:report', record('03', 'builds:report web').stdout).get('web');
    expect(buildOfReport(report)).toMatchObject({ id: 'mwtk6ightkutrh', status: 'succeeded', exitCode: 0 });
    const abandoned = parseTextReports('builds:report', record('04', 'builds:report multi').stdout).get(
      'multi',
    );
    expect(buildOfReport(abandoned)).toEqual({
      id: 'mwtkcnvqjtgcoj',
      status: 'interrupted',
      kind: 'build',
      source: 'git:load-image',
      startedAt: Date.parse('2026-11-23T17:52:27Z'),
    });
  });

  it('is undefined without a record', () => {
    expect(buildOfReport({ 'build-id': '', retention: '' })).toBeUndefined();
    expect(buildOfReport(undefined)).toBeUndefined();
  });
});

describe('readBuildOutput', () => {
  const [list] = story('03').filter(({ line }) => line === 'builds:list web --format json');

  it('gives the whole log without colours', async () => {
    const { transport, client } = setUp();
    transport.answer('builds:output web mwtk6ightkutrh', { stdout: '\u001b[1mA\u001b[0m\nB\n' });
    expect(await readBuildOutput(client, 'web', 'mwtk6ightkutrh')).toBe('A\nB\n');
    transport.answer('builds:output web mwtk6ightkutrh', { stdout: 'A', truncated: true });
    expect(await readBuildOutput(client, 'web', 'mwtk6ightkutrh')).toContain('middle is left out');
  });

  it('tells an empty log from an id that is not there', async () => {
    const { transport, client } = setUp();
    if (list === undefined) throw new Error('no list');
    transport
      .play([list])
      .answer('builds:output web mwtk6ightkutrh', {})
      .answer('builds:output web none', {});
    expect(await readBuildOutput(client, 'web', 'mwtk6ightkutrh')).toBe('');
    await expect(readBuildOutput(client, 'web', 'none')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { what: 'build', nearest: ['mwtk6ightkutrh'] },
    });
  });
});
