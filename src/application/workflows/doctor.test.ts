import { describe, expect, it } from 'vitest';
import { openBench } from '../../../test/support/context.ts';
import { DomainError } from '../../domain/errors.ts';
import type { DokkuClient } from '../ports.ts';
import { diagnoseHost, type Finding } from './doctor.ts';

interface Answers {
  readonly version?: string;
  readonly plugins?: readonly string[];
  readonly ms?: number;
  readonly fault?: unknown;
}

async function diagnose({ version = '0.38.27', plugins = ['letsencrypt'], ms = 50, fault }: Answers) {
  const on = await openBench({ given: ['apps:create shop'] });
  try {
    const client: DokkuClient = {
      ...on.client,
      host: 'sim',
      about: async () => {
        if (fault !== undefined) throw fault;
        return {
          version,
          plugins: [
            { name: 'apps', version, enabled: true, core: true },
            ...plugins.map((name) => ({ name, version: '1.0.0', enabled: true, core: false })),
          ],
        };
      },
      execute: async () => ({ exit: 0, stdout: '', stderr: '', truncated: false, durationMs: ms }),
    };
    return await diagnoseHost({ name: 'sim', client, apps: on.context.apps, services: on.context.services });
  } finally {
    await on.close();
  }
}
const brief = (findings: readonly Finding[]) => findings.map(({ status, check }) => `${status} ${check}`);

describe('diagnoseHost', () => {
  it('walks the whole path of a good host', async () => {
    const findings = await diagnose({});
    expect(brief(findings)).toEqual(['ok connection', 'ok version', 'ok plugins', 'ok speed', 'ok apps']);
    expect(findings.at(-1)).toMatchObject({ host: 'sim', detail: '1 app' });
    expect(findings[1]?.detail).toBe('Dokku 0.38.27, fully supported');
  });

  it.each([
    ['0.33.9', 'failed', 'is older than 0.34.0'],
    ['0.34.0', 'warning', 'basic support'],
    ['0.38.0', 'ok', 'some lists are read as text'],
    ['0.38.22', 'ok', 'fully supported'],
  ])('judges Dokku %s', async (version, status, words) => {
    const found = (await diagnose({ version })).find(({ check }) => check === 'version');
    expect(found?.status).toBe(status);
    expect(found?.detail).toContain(words);
  });

  it('names the known faults of a version and the one that mends them', async () => {
    const found = (await diagnose({ version: '0.38.1' })).find(({ check }) => check === 'CVE-2026-45408');
    expect(found).toMatchObject({ status: 'warning', fix: 'Upgrade Dokku to 0.38.2 or later.' });
  });

  it('judges plugins as host_review does', async () => {
    const found = (await diagnose({ plugins: ['redis', 'letsencrypt'] })).find(
      ({ check }) => check === 'redis',
    );
    expect(found).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('plugin:update redis') as unknown,
    });
  });

  it('warns of a missing letsencrypt and of a slow shell', async () => {
    const findings = await diagnose({ plugins: [], ms: 900 });
    expect(brief(findings)).toContain('warning letsencrypt');
    expect(findings.find(({ check }) => check === 'speed')).toMatchObject({
      status: 'warning',
      detail: 'a tiny command takes 900 ms',
    });
  });

  it('stops where the path is broken and says how to mend it', async () => {
    const fault = new DomainError('HOST_UNREACHABLE', { host: 'sim', reason: 'no route' });
    expect(await diagnose({ fault })).toMatchObject([
      {
        check: 'connection',
        host: 'sim',
        status: 'failed',
        detail: fault.message,
        fix: expect.stringContaining('Check the address') as unknown,
      },
    ]);
  });

  it('tells a login that works from a Dokku that answers', async () => {
    const fault = new DomainError('UNEXPECTED_OUTPUT', { command: 'version', reason: 'bash', excerpt: '$' });
    expect(await diagnose({ fault })).toMatchObject([
      { check: 'dokku', status: 'failed', fix: expect.stringContaining('dokku@host') as unknown },
    ]);
  });

  it('passes on what it cannot explain', async () => {
    await expect(diagnose({ fault: new TypeError('ours') })).rejects.toThrow('ours');
  });
});
