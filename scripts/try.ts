import { eras, startSession } from '../test/support/mcp.ts';
for (const era of eras) {
  const s = await startSession({ era, args: ['--config', '/tmp/cfg.yaml'], consent: (m) => ({ name: 'zed' }) });
  console.log(era, s.client.getServerVersion?.(), (await s.client.listTools()).tools.length);
  console.log((await s.call('apps_create', { app: 'zed' })).text);
  console.log((await s.call('apps_info', { app: 'Zed' })).text);
  console.log((await s.call('apps_info', { ap: 'zed' })).text);
  const d = await s.call('apps_destroy', { app: 'zed' }); console.log(d.text, s.questions);
  const r = await s.client.readResource({ uri: 'dokku://real/apps' }); console.log(JSON.stringify(r.contents).slice(0, 200));
  console.log(JSON.stringify(await s.client.complete({ ref: { type: 'ref/resource', uri: 'dokku://{host}/apps/{app}' }, argument: { name: 'app', value: 'w' }, context: { arguments: { host: 'real' } } })));
  await s.close();
  const s2 = await startSession({ era, args: ['--config', '/tmp/cfg.yaml'] });
  console.log((await s2.call('config_set', { app: 'web', values: { HELLO: 'it\'s "x" here', 'BAD-KEY': 'x' } })).text);
  console.log((await s2.call('config_set', { app: 'web', values: { HELLO: 'it\'s "x" here' }, mode: 'plan' })).text);
  console.log((await s2.call('config_set', { app: 'web', values: { HELLO: 'it\'s "x" here' }, restart: false })).text);
  console.log((await s2.call('config_get', { app: 'web' })).text);
  console.log((await s2.call('apps_destroy', { app: 'web' })).text);
  console.log((await s2.call('logs_read', { app: 'web', tail: 3 })).text);
  await s2.close();
}
