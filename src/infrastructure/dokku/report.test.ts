import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { record } from '../../../test/support/recorded-transport.ts';
import { DomainError } from '../../domain/errors.ts';
import { parseColumn, parseJson, parseJsonReports, parseLines, parseTextReports, words } from './report.ts';

describe('parseJsonReports', () => {
  it('reads one object a line and drops the doubled keys', () => {
    const reports = parseJsonReports('apps:report', record('01', 'apps:report --format json').stdout);
    expect(reports).toHaveLength(4);
    expect(reports[3]).toEqual({
      'created-at': '1795456055',
      'deploy-source': 'docker-image',
      'deploy-source-metadata': 'demo/web:3',
      dir: '/home/dokku/web',
      'global-disable-autocreation': '',
      locked: 'false',
    });
  });

  it('keeps a short key that begins with the prefix (proxy-port)', () => {
    const [report] = parseJsonReports('proxy:report', record('06', 'proxy:report web --format json').stdout);
    expect(report?.['proxy-port']).toBe('80');
    expect(report?.['computed-type']).toBe('nginx');
    expect(report).not.toHaveProperty('port');
    expect(report).not.toHaveProperty('proxy-proxy-port');
  });

  it('shortens the long keys that hosts before 0.38 give alone', () => {
    const [report] = parseJsonReports('ps:report', '{"deployed":"true","ps-restart-policy":"always"}\n');
    expect(report).toEqual({ deployed: 'true', 'restart-policy': 'always' });
  });

  it('keeps dotted keys', () => {
    const [report] = parseJsonReports(
      'resource:report',
      record('09', 'resource:report web --format json', 2).stdout,
    );
    expect(report).toEqual({
      '_default_.limit.cpu': '0.5',
      '_default_.limit.memory': 'lots',
      '_default_.reserve.memory': '32m',
      'web.limit.memory': '64m',
    });
  });

  it('reads a host without apps as no report', () => {
    expect(parseJsonReports('ps:report', record('00', 'ps:report --format json').stdout)).toEqual([]);
  });

  it('says what it could not understand', () => {
    expect(() => parseJsonReports('git:report', '=====> web git information')).toThrow(
      expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }),
    );
    expect(() => parseJsonReports('git:report', '[1]')).toThrow(DomainError);
  });
});

describe('parseTextReports', () => {
  it('gives the same values as the JSON form', () => {
    const text = parseTextReports('apps:report', record('03', 'apps:report web').stdout).get('web');
    expect(text).toEqual({
      'created-at': '1795456055',
      'deploy-source': 'docker-image',
      'deploy-source-metadata': 'demo/web:1',
      dir: '/home/dokku/web',
      'global-disable-autocreation': '',
      locked: 'false',
    });
  });

  it('names every app of a report over all', () => {
    const reports = parseTextReports('domains:report', record('06', 'domains:report').stdout);
    expect([...reports.keys()]).toEqual(['multi', 'shop.api', 'web']);
    expect(reports.get('shop.api')?.['app-vhosts']).toBe('shop.api');
  });

  it('reads the headings of certs, which say ssl', () => {
    const reports = parseTextReports('certs:report', record('07', 'certs:report').stdout);
    expect(reports.get('web')?.enabled).toBe('false');
  });

  it('keeps build keys, which have no prefix of the plugin', () => {
    const report = parseTextReports('builds:report', record('03', 'builds:report web').stdout).get('web');
    expect(report?.['build-id']).toBe('mwtk6ightkutrh');
    expect(report?.['computed-retention']).toBe('20');
  });

  it('reads a host without apps as no report and refuses other text', () => {
    expect(parseTextReports('ps:report', '').size).toBe(0);
    expect(() => parseTextReports('ps:report', 'Usage of ps:report')).toThrow(
      expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }),
    );
  });
});

describe('parseColumn', () => {
  it('has one value for each app, empty ones too', () => {
    expect(parseColumn(record('05', 'ps:report --running').stdout)).toEqual(['false', 'false', 'false']);
    expect(parseColumn('a b\n\n\nc\n')).toEqual(['a b', '', '', 'c']);
    expect(parseColumn('\n\n')).toEqual(['', '']);
    expect(parseColumn('')).toEqual([]);
  });
});

describe('parseLines and words', () => {
  it('reads names', () => {
    expect(parseLines(record('01', 'apps:list').stdout)).toHaveLength(4);
    expect(parseLines(record('02', 'config:keys cfg', 2).stdout).slice(0, 3)).toEqual(['A', 'AMP', 'B']);
    expect(words(' a  b ')).toEqual(['a', 'b']);
    expect(words(undefined)).toEqual([]);
  });
});

describe('parseJson', () => {
  it('shows where the shape differs, without control sequences', () => {
    const shape = z.array(z.object({ id: z.string() }));
    expect(() => parseJson('builds:list', '[{"id":1}]', shape)).toThrow(/0\.id/);
    const excerpt = '\u001b[31mred';
    expect(() => parseJson('builds:list', excerpt, shape)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('answered: red.') as string }),
    );
  });
});
