import { describe, expect, it } from 'vitest';
import { network, settings, survey, surveyed, troubled } from '../../../test/support/survey.ts';
import { arrange, type Finding, SEVERITIES } from './finding.ts';
import { judgeApps } from './findings-apps.ts';
import { judgeAttachments } from './findings-attachments.ts';
import { judgeAbout, judgeServer } from './findings-host.ts';
import { judgePorts } from './findings-ports.ts';
import { judgeRouting } from './findings-routing.ts';
import { review } from './review.ts';
import type { AppSettings } from './survey.ts';

const brief = (findings: readonly Finding[]) =>
  findings.map(({ rule, severity, subjects }) => `${severity} ${rule} ${subjects.join(' ')}`.trim());

describe('review', () => {
  it('has nothing to say of a host with which all is well', () => {
    expect(brief(review(survey([surveyed('shop'), surveyed('blog')])))).toEqual([]);
  });

  it('puts the worst first', () => {
    const ranks = review(troubled).map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
    expect(ranks).toContain(0);
  });

  it('tells many of a kind as one, with all their names; critical ones never', () => {
    const apps = Array.from({ length: 40 }, (_, index) =>
      surveyed(`app-${index}`, {}, { settings: { ...settings, resources: {} } }),
    );
    const [only, ...more] = review(survey(apps));
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      rule: 'no-memory-limit',
      title: expect.stringContaining('40 in all') as unknown,
    });
    expect(only?.subjects).toHaveLength(40);
    expect(only?.evidence).toContain('and 32 more');
    const down = apps.map((app) => surveyed(app.summary.name, { running: { value: 'false', at: 0 } }));
    expect(review(survey(down)).filter(({ rule }) => rule === 'app-down')).toHaveLength(40);
  });

  it('keeps two of a kind apart', () => {
    const finding = {
      rule: 'x',
      severity: 'notice',
      subjects: [],
      title: '',
      evidence: '',
      advice: '',
    } as const;
    expect(arrange([finding, finding])).toHaveLength(2);
  });
});

describe('what an app alone tells', () => {
  it('is named after its trouble, and nothing else is', () => {
    expect(brief(judgeApps(troubled))).toEqual([
      'critical environment-unreadable unreadable',
      'critical app-down down',
      'warning app-partly-down partly',
      'warning app-restarting restarting',
      'warning last-build-failed failed',
      'warning deploys-failing failing',
      'warning locked locked',
      'notice stopped stopped',
      'notice never-deployed empty',
      'warning checks-disabled unchecked',
      'notice checks-skipped skipped',
      'notice no-memory-limit unlimited',
      'warning cron-suspended idle',
      'notice maintenance closed',
    ]);
  });

  it('proves itself by what was read', () => {
    const found = new Map(judgeApps(troubled).map((finding) => [finding.rule, finding.evidence]));
    expect(found.get('app-down')).toBe('ps:report: running false, restore true; web.1 exited');
    expect(found.get('last-build-failed')).toContain('build bbbbbbbbbbbbbb (git:sync) failed');
    expect(found.get('last-build-failed')).toContain('demo/web:1 still serves');
  });

  it('a lock while a deploy runs is no finding', () => {
    expect(judgeApps(survey([surveyed('shop', { state: 'deploying', locked: true })]))).toEqual([]);
  });
});

describe('how requests reach apps', () => {
  it('is judged app by app', () => {
    expect(brief(judgeRouting(troubled))).toEqual([
      'critical duplicate-domain twin other',
      'notice no-domain nameless',
      'warning proxy-disabled unproxied',
      'critical certificate-expired expired',
      'warning certificate-expiring expiring',
      'warning certificate-names misnamed',
      'notice certificate-self-signed selfmade',
      'notice http-only plain',
      'critical http-auth-empty protected',
      'warning letsencrypt-no-renewal expiring',
    ]);
  });

  it('a domain is taken from the app that serves nothing', () => {
    const empty = surveyed('a', { state: 'created', domains: ['x.example.com'] });
    const found = judgeRouting(survey([empty, surveyed('b', { domains: ['x.example.com'] })]));
    expect(found[0]?.mend?.arguments).toMatchObject({ app: 'a', domains: ['x.example.com'] });
  });

  it('an app without a web process needs neither domain nor certificate', () => {
    const worker = surveyed('worker', { domains: [] }, { network: { ...network, listeners: [] } });
    expect(judgeRouting(survey([worker]))).toEqual([]);
  });
});

describe('ports of nginx', () => {
  it('are served with TLS or plainly, not both', () => {
    expect(brief(judgePorts(troubled))).toEqual(['critical tls-port-clash exposed plain']);
    const [finding] = judgePorts(troubled);
    expect(finding?.evidence).toBe('ports:report: plain http:5000:5000; exposed https:5000:5000');
    expect(finding?.mend).toEqual({
      name: 'ports_set',
      arguments: { app: 'exposed', action: 'set', ports: ['http:80:5000', 'https:443:5000'] },
    });
  });

  it('explicit mappings count instead of detected ones, and no app without its proxy', () => {
    const secure = surveyed('a', {}, { detected: ['https:5000:5000'] });
    const plain = (more: Partial<AppSettings>) => ({
      ...surveyed('b', {}, { settings: { ...settings, ...more }, detected: ['http:5000:5000'] }),
    });
    expect(judgePorts(survey([secure, plain({ ports: ['http:80:5000'] })]))).toEqual([]);
    expect(judgePorts(survey([secure, plain({ proxy: { enabled: false, type: 'nginx' } })]))).toEqual([]);
    expect(judgePorts(survey([secure, plain({ ports: ['http:5000:80'] })]))).toHaveLength(1);
  });
});

describe('networks and storage', () => {
  it('are judged by who uses them', () => {
    expect(brief(judgeAttachments(troubled))).toEqual([
      'warning network-missing astray',
      'notice network-orphan lone',
      'warning bind-all-interfaces astray',
      'notice mount-of-volume mounts',
      'critical mount-of-host mounts',
      'notice mount-of-host mounts',
      'notice storage-orphan spare',
    ]);
  });

  it('are not called orphans when it could not be read who uses them', () => {
    const missing = [
      { part: 'network settings', reason: 'timeout' },
      { part: 'storage', reason: 'timeout' },
    ];
    const { networks, entries } = troubled;
    expect(judgeAttachments(survey([], { networks, entries, missing }))).toEqual([]);
  });
});

describe('the host', () => {
  it('is judged by its version and plugins', () => {
    expect(brief(judgeAbout(troubled.about))).toEqual([
      'critical version-advisory CVE-2026-45408',
      'warning version-advisory cron-injection',
      'warning version-advisory option-injection',
      'notice plugin-disabled postgres',
      'notice plugin-outdated letsencrypt',
    ]);
    expect(brief(judgeAbout({ version: '0.37.2', plugins: [] }))).toContain('notice version-old');
  });

  it('is judged by what the machine says', () => {
    expect(brief(judgeServer(troubled))).toEqual([
      'critical disk-full',
      'warning inodes-full',
      'warning memory-low',
      'notice dead-containers',
      'warning logs-unlimited',
    ]);
  });

  it('needs a docker client of 23 or later, whatever the distribution appends to the version', () => {
    const rules = (client: string) => {
      const { server, ...rest } = survey([]);
      if (server === undefined) throw new Error('the survey has no server');
      return brief(judgeServer({ ...rest, server: { ...server, docker: { ...server.docker, client } } }));
    };
    expect(rules('20.10.24+dfsg1')).toEqual(['warning docker-old']);
    expect(rules('23.0.0+dfsg1')).toEqual([]);
    expect(rules('26.1.5')).toEqual([]);
    expect(rules('unknown')).toEqual([]);
  });

  it('is not judged by what could not be read', () => {
    const { server: _server, logMaxSize: _size, ...rest } = survey([]);
    expect(judgeServer(rest)).toEqual([]);
  });
});
