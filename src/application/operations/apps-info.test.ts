import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { appsInfo } from './apps-info.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'config:set --no-restart shop API_KEY=tok-4711-abc',
      'git:from-image shop demo/web:1',
      'domains:add shop shop.example.com',
      'resource:limit --memory 128m --process-type web shop',
      'apps:create empty',
    ],
  });
});
afterEach(() => on.close());

describe('apps_info', () => {
  it('tells everything about an app that runs, and no value', async () => {
    const { data, text, untrusted } = await on.ask(appsInfo, { app: 'shop' });
    expect(data).toMatchObject({
      name: 'shop',
      state: 'deployed',
      running: 'true',
      processes: [{ type: 'web', index: 1, state: 'running' }],
      scale: { web: 1 },
      source: { kind: 'image', location: 'demo/web:1' },
      domains: ['shop.example.com'],
      resources: { 'web.limit.memory': '128m' },
      builds: [{ status: 'succeeded', via: 'git:from-image' }],
      missing: [],
    });
    expect(text).toBe('shop is deployed, running true.');
    expect(untrusted).toMatch(/^processes: web\.1 running\nscale: web=1\n/);
    expect(untrusted).toContain('API_KEY');
    expect(JSON.stringify(data) + text + untrusted).not.toContain('tok-4711-abc');
    expect(on.wire.changes()).toEqual([]);
  });

  it('tells of an empty app that it is one', async () => {
    const { data, text, untrusted } = await on.ask(appsInfo, { app: 'empty' });
    expect(data).toMatchObject({ state: 'created', running: 'false', processes: [], builds: [] });
    expect(text).toBe('empty is created, running false.');
    expect(untrusted).toContain('processes: none');
    expect(untrusted).toContain('certificate: none');
  });

  it('names the nearest apps when there is none of that name', async () => {
    await expect(on.ask(appsInfo, { app: 'shp' })).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
      details: { nearest: ['shop'] },
    });
  });
});
