import { describe, expect, it } from 'vitest';
import { unsaid } from './unsaid.ts';

describe('what Dokku does not say', () => {
  it.each([
    ['config:set', ['shop', 'A=b'], 'migrations'],
    ['config:unset', ['shop', 'A'], 'migrations'],
    ['postgres:link', ['db', 'shop'], 'migrations'],
    ['redis:promote', ['cache', 'shop'], 'migrations'],
    ['ps:start', ['shop'], 'migrations'],
    ['git:sync', ['--build', 'shop', 'https://h/a.git'], 'moves before Dokku refuses'],
    ['ps:stop', ['shop', 'worker'], 'the whole app'],
    ['ps:restart', ['shop'], 'postdeploy'],
    ['proxy:disable', ['shop'], 'restarted'],
  ])('%s %j says: %s', (name, args, words) => {
    expect(unsaid({ name, args }).join(' ')).toContain(words);
  });

  it.each([
    ['config:set', ['--no-restart', 'shop', 'A=b']],
    ['apps:clone', ['--skip-deploy', 'shop', 'copy']],
    ['apps:list', []],
    ['nginx:set', ['shop', 'a', 'b']],
  ])('says nothing of %s %j', (name, args) => {
    expect(unsaid({ name, args })).toEqual([]);
  });

  it('calls a stop of one type what it is, and a stop of the app not so', () => {
    expect(unsaid({ name: 'ps:stop', args: ['shop'] }).join(' ')).not.toContain('the whole app');
  });
});
