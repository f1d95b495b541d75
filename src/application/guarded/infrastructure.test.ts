import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { guardInfrastructure } from './infrastructure.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create mine',
      'apps:create secret',
      'domains:set secret secret.example.com',
      'network:create back',
      'network:set secret attach-post-deploy back',
      'storage:create data',
      'storage:mount secret data --container-dir /data',
    ],
  });
});
afterEach(() => on.close());

/** A role that sees one app. */
const rights = {
  open: false,
  subject: { role: 'dev', host: 'sim', readOnly: false },
  sees: (app: string): boolean => app === 'mine',
};
const guarded = () => guardInfrastructure(on.context.infrastructure, rights);

describe('guardInfrastructure', () => {
  it('shows no hidden app, by no question', async () => {
    const [settings, mounts, certificates, routes, cron, survey] = await Promise.all([
      guarded().networkSettings(),
      guarded().mounts(),
      guarded().certificates(),
      guarded().routes(),
      guarded().settings('cron'),
      guarded().survey({ deep: false }),
    ]);
    const seen = [[...settings], mounts, [...certificates], routes, [...cron], survey];
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(routes.map(({ app }) => app)).toEqual(['mine']);
    await expect(guarded().certificate('secret')).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    await expect(guarded().detectedPorts('secret')).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(await guarded().detectedPorts('mine')).toEqual([expect.stringMatching(/^http:\d+:5000$/)]);
  });

  it('keeps in mind that somebody uses a thing, so that it does not look abandoned', async () => {
    const settings = await guarded().networkSettings();
    expect(
      [...settings.values()].some(({ attached }) => attached['attach-post-deploy'].includes('back')),
    ).toBe(true);
    expect(await guarded().mounts()).toMatchObject([{ app: '(hidden app 1)', entry: 'data' }]);
    const survey = await guarded().survey({ deep: false });
    expect(survey.missing.map(({ part }) => part)).toEqual(['storage', 'network settings']);
  });

  it('leaves a role without limits alone', () => {
    const { infrastructure } = on.context;
    expect(guardInfrastructure(infrastructure, { ...rights, open: true })).toBe(infrastructure);
  });
});
