import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('resources and prompts, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create shop',
      'config:set --no-restart shop TOKEN=tok-4711-abc',
      'apps:create shed',
      'apps:create blog',
    ],
  });
  const read = async (uri: string) => {
    const { contents } = await on.session.client.readResource({ uri });
    const [content] = contents as { text: string; mimeType: string }[];
    expect(content?.mimeType).toBe('application/json');
    return JSON.parse(content?.text ?? '');
  };

  test('one resource is listed, the rest are templates', async () => {
    const { resources } = await on.session.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(['dokku://hosts']);
    const { resourceTemplates } = await on.session.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'dokku://{host}/apps',
      'dokku://{host}/apps/{app}',
      'dokku://{host}/apps/{app}/builds',
      'dokku://{host}/services',
      'dokku://{host}/services/{type}/{name}',
      'dokku://{host}/deployments/{id}',
      'dokku://{host}/certificates',
      'dokku://{host}/review',
    ]);
    await on.session.client.listTools();
    expect(on.sim.lines()).toEqual([]);
    expect(await on.sim.sshd.log()).not.toContain('Accepted publickey');
  });

  test('facts are the same as those of the tools, without values', async () => {
    expect(await read('dokku://hosts')).toEqual({ hosts: ['sim'] });
    expect(await read('dokku://sim/apps')).toMatchObject({
      total: 3,
      apps: [{ name: 'blog' }, { name: 'shed' }, { name: 'shop' }],
    });
    const shop = await read('dokku://sim/apps/shop');
    expect(shop).toMatchObject({ name: 'shop', state: 'created' });
    expect(shop.config_keys).toContain('TOKEN');
    expect(JSON.stringify(shop)).not.toContain('tok-4711-abc');
    expect(await read('dokku://sim/apps/shop/builds')).toEqual({ app: 'shop', releases: [] });
  });

  test.each([
    'dokku://sim/apps/nope',
    'dokku://elsewhere/apps',
    'dokku://sim/apps/BAD_NAME',
    'dokku://sim/nothing',
  ])('%s is not found', async (uri) => {
    await expect(on.session.client.readResource({ uri })).rejects.toThrow(/not found/i);
  });

  test('hosts and apps complete', async () => {
    const complete = async (name: string, value: string) => {
      const { completion } = await on.session.client.complete({
        ref: { type: 'ref/resource', uri: 'dokku://{host}/apps/{app}' },
        argument: { name, value },
        context: { arguments: { host: 'sim' } },
      });
      return completion.values;
    };
    expect(await complete('host', 's')).toEqual(['sim']);
    expect(await complete('app', 'sh')).toEqual(['shed', 'shop']);
    expect(await complete('app', 'x')).toEqual([]);
  });

  test('prompts name the tools and the limits, and complete apps', async () => {
    const { prompts } = await on.session.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual([
      'deploy_app',
      'diagnose_app',
      'rotate_secret',
      'add_database',
      'review_host',
    ]);
    const { messages } = await on.session.client.getPrompt({
      name: 'deploy_app',
      arguments: { app: 'shop', what: 'demo/web:2' },
    });
    const text = JSON.stringify(messages);
    expect(text).toContain('Deploy demo/web:2 to the Dokku app shop.');
    expect(text).toContain('do not deploy again or roll back without asking me');
    const { completion } = await on.session.client.complete({
      ref: { type: 'ref/prompt', name: 'deploy_app' },
      argument: { name: 'app', value: 'b' },
    });
    expect(completion.values).toEqual(['blog']);
  });
});
