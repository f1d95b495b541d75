import { describe, expect, it } from 'vitest';
import { record } from '../../../test/support/recorded-transport.ts';
import { parseInspect, parseScale, processesOf } from './processes.ts';
import { parseJsonReports, parseTextReports } from './report.ts';

describe('processesOf', () => {
  it('joins Dokku’s report with docker’s facts', () => {
    const [report = {}] = parseJsonReports(
      'ps:report',
      record('13', 'ps:report multi --format json', 6).stdout,
    );
    const facts = parseInspect(record('13', 'ps:inspect multi').stdout);
    expect(facts).toHaveLength(2);
    expect(processesOf(report, facts)).toEqual([
      {
        type: 'web',
        index: 1,
        state: 'exited',
        container: '3da68a8aec6',
        restarts: 1,
        startedAt: '2026-11-23T18:21:13.103422691Z',
        outOfMemory: false,
        exitCode: 0,
        variables: ['GIT_REV', 'DYNO', 'PORT', 'PATH'],
      },
      {
        type: 'worker',
        index: 1,
        state: 'exited',
        container: '12fb3dc95a7',
        restarts: 0,
        startedAt: '2026-11-23T18:20:38.177786187Z',
        outOfMemory: false,
        exitCode: 0,
        variables: ['GIT_REV', 'DYNO', 'PORT', 'PATH'],
      },
    ]);
  });

  it('reads the text form and containers that are not there', () => {
    const report = parseTextReports('ps:report', record('13', 'ps:report multi').stdout).get('multi') ?? {};
    expect(processesOf(report, [])).toEqual([
      { type: 'web', index: 1, state: 'running', container: '2b16ca7bb85' },
      { type: 'worker', index: 1, state: 'running', container: '39dc1cbfe18' },
    ]);
    expect(processesOf({ 'status-sidekiq-low.12': 'missing' }, [])).toEqual([
      { type: 'sidekiq-low', index: 12, state: 'missing' },
    ]);
  });
});

describe('parseScale', () => {
  it('reads the table', () => {
    expect(parseScale(record('13', 'ps:scale multi').stdout)).toEqual({ release: 0, web: 1, worker: 1 });
    expect(parseScale('-----> Scaling for a\nproctype: qty\n--------: ---\n')).toEqual({});
  });
});
