import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { servicesInfo } from '../operations/services-info.ts';
import { servicesSet } from '../operations/services-set.ts';
import { guardServices } from './services.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create mine', 'apps:create hidden'] });
  on.host.install('postgres');
  await on.given(
    'postgres:create both',
    'postgres:create theirs',
    'postgres:create ours',
    'postgres:link both mine',
    'postgres:link both hidden --alias B',
    'postgres:link theirs hidden',
    'postgres:link ours mine --alias O',
  );
});
afterEach(() => on.close());

/** A role that sees one app, and may read what concerns the whole host. */
const rights = rightsOf('allow');
function rightsOf(verdict: 'allow' | 'deny') {
  const judge = () => ({ verdict, rule: '', effect: 'read' as const, apps: [] });
  return { open: false, sees: (app: string): boolean => app === 'mine', judge };
}
const guarded = () => guardServices(on.context.services, rights);
const under = () => ({ ...on.context, services: guarded() });
const plan = (action: string, service: string, more = {}) =>
  servicesSet.plan(servicesSet.input.parse({ action, type: 'postgres', service, ...more }), under());

describe('guardServices', () => {
  it('names no hidden app, and keeps in mind that somebody uses the service', async () => {
    const all = (await guarded().getAll()).map(({ name, facts }) => [
      name,
      facts?.value.links,
      facts?.value.usedByOthers ?? false,
    ]);
    expect(all).toEqual([
      ['both', ['mine'], true],
      ['ours', ['mine'], false],
      ['theirs', [], true],
    ]);
    const theirs = await guarded().getByName({ type: 'postgres', name: 'theirs' });
    expect(theirs).toMatchObject({ links: [], usedByOthers: true });
  });

  it.each([{}, { type: 'postgres', service: 'theirs' }, { type: 'postgres', service: 'both' }])(
    'services_info %j says "others"',
    async (input) => {
      const { data, text } = await servicesInfo.run(servicesInfo.input.parse(input), under());
      servicesInfo.output.parse(data);
      expect(data.services.some((row) => row.used_by_others === true)).toBe(true);
      expect(text).toMatch(/\bothers\b/);
      expect(text).not.toContain('linked apps: none');
      expect(JSON.stringify(data) + text).not.toContain('hidden');
    },
  );

  it.each(['both', 'theirs'])('%s is not destroyed, also not with unlink', async (service) => {
    for (const options of [{}, { unlink: true }]) {
      const error = await plan('destroy', service, { options }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('used by others') });
      expect(String(error)).not.toContain('hidden');
    }
    expect((await plan('destroy', 'ours', { options: { unlink: true } })).effect).toBe('destructive');
  });

  it.each(['stop', 'restart'])('%s says that others use it', async (action) => {
    const { consequences, facts } = await plan(action, 'theirs');
    expect(consequences.join(' ')).toMatch(/\(others\)|use it as well/);
    expect(consequences.join(' ')).not.toContain('No app is linked');
    expect(JSON.stringify([consequences, facts])).not.toContain('hidden');
  });

  it('leaves a role without limits alone', () => {
    const { services } = on.context;
    expect(guardServices(services, { ...rights, open: true })).toBe(services);
  });
});

describe('guardServices under a role that may not read what concerns the whole host', () => {
  const limited = () => guardServices(on.context.services, rightsOf('deny'));
  const key = (name: string) => ({ type: 'postgres', name });

  it('has the services of its apps alone', async () => {
    await on.given('postgres:create free');
    const services = limited();
    const all = await services.getAll();
    expect(all.map(({ name, facts }) => [name, facts?.value.links])).toEqual([['ours', ['mine']]]);
    expect(await services.names('postgres')).toEqual(['ours']);
    expect(await services.getByName(key('ours'))).toMatchObject({ links: ['mine'] });
  });

  it.each(['both', 'theirs', 'free', 'nothere', 'our'])('knows nothing of %s', async (name) => {
    await on.given('postgres:create free');
    const error = await limited()
      .getByName(key(name))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`postgres service "${name}"`),
      remedy: 'services_info lists the services that this role may see.',
    });
    expect(JSON.stringify(error)).not.toMatch(/hidden|ours/);
  });

  it('keeps the service that it unlinked itself, until others link it', async () => {
    const services = limited();
    await services.getAll();
    await on.given('postgres:unlink ours mine');
    on.context.services.invalidate();
    expect(await services.getByName(key('ours'))).toMatchObject({ links: [] });
    await on.given('postgres:link ours hidden --alias X');
    on.context.services.invalidate();
    await expect(services.getByName(key('ours'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
