import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

/** Values that Dokku 0.38 keeps, each of which some layer on the way could mistake for something else. */
const HOSTILE = {
  BLANKS: '  two  words  ',
  QUOTES: `it's "quoted" here`,
  DOLLAR: '$HOME `id` $(id) $X',
  LINES: 'first\nsecond\n\nlast',
  DASHES: '--app other --force',
  FLAG: '-n',
  HASH: '#x !y \\n \\\\ z',
  JSON: '{"a":[1,"b"],"&":"<>"}',
  UNICODE: 'héllo ☃ 🚀',
  TAB_CR: 'a\tb\rc',
  EQUALS: 'postgres://u:p%40ss@db:5432/x?a=b&c=d',
  EMPTY: '',
};

describe.each(eras)('config, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create still',
      'config:set --no-restart still KEEP=kept-value-1',
      'apps:create live',
      'git:from-image live demo/web:1',
      'apps:create broken',
    ],
  });

  test('sets many hostile values at once, byte for byte, on standard input only', async () => {
    const { data, text } = await on.call('config_set', { app: 'still', values: HOSTILE });
    expect(data).toMatchObject({
      status: 'applied',
      effect: 'reversible',
      result: { app: 'still', set: Object.keys(HOSTILE), unset: [], restarted: false },
    });
    expect(text).toContain('read back equal');
    const kept = Object.fromEntries(
      Object.keys(HOSTILE).map((key) => [key, on.app('still').config.get(key)]),
    );
    expect(kept).toEqual(HOSTILE);
    expect(on.sim.changes()).toEqual(['config:import --no-restart --format json still -']);
    for (const secret of ['postgres://', 'quoted', 'second', '🚀']) {
      expect(on.sim.lines().join('\n')).not.toContain(secret);
      expect(JSON.stringify(data) + text).not.toContain(secret);
    }
  });

  test('config_get shows names, lengths and fingerprints, never a value', async () => {
    const { data, text } = await on.call('config_get', { app: 'still', keys: ['KEEP', 'NOPE'] });
    expect(data).toMatchObject({ app: 'still', variables: [{ key: 'KEEP', length: 12 }], absent: ['NOPE'] });
    expect(text).toMatch(/^KEEP +\*{8} +12 characters +[0-9a-f]{8}$/m);
    expect(text).toContain('Not set: NOPE');
    expect(JSON.stringify(data) + text).not.toContain('kept-value-1');
  });

  test('equal values have equal fingerprints', async () => {
    await on.call('config_set', {
      app: 'still',
      values: { TWIN_A: 'same-text', TWIN_B: 'same-text', TWIN_C: 'other-text' },
    });
    const { data } = await on.call('config_get', { app: 'still', keys: ['TWIN_A', 'TWIN_B', 'TWIN_C'] });
    const [a, b, c] = data.variables as { fingerprint: string }[];
    expect(a?.fingerprint).toBe(b?.fingerprint);
    expect(a?.fingerprint).not.toBe(c?.fingerprint);
  });

  test('revealing is refused where the configuration does not allow it', async () => {
    const { code, text } = await on.call('config_get', { app: 'still', reveal: true });
    expect(code).toBe('POLICY_DENIED');
    expect(text).toContain('security.reveal: true');
    expect(on.sim.lines()).toEqual([]);
  });

  test('a running app is restarted, and only once', async () => {
    const { data, text } = await on.call('config_set', { app: 'live', values: { COLOUR: 'dark blue' } });
    expect(data).toMatchObject({ effect: 'disruptive', result: { set: ['COLOUR'], restarted: true } });
    expect(text).toMatch(/^live: set COLOUR; read back equal; restart succeeded \(deploy d-[a-z0-9]+\)\.$/);
    expect(on.sim.changes()).toEqual(['config:import --no-restart --format json live -', 'ps:restart live']);
    const [web] = on.app('live').containers;
    expect(web?.environment).toMatchObject({ COLOUR: 'dark blue' });
  });

  test('a value with which the app cannot start is kept, and the failed restart is told', async () => {
    const { text } = await on.call('config_set', { app: 'live', values: { CRASH: '1' } });
    expect(text).toContain('restart failed');
    expect(text).toContain('required setting DATABASE_URL is missing');
    expect(on.app('live').config.get('CRASH')).toBe('1');
    expect(on.app('live').containers.map(({ state }) => state)).toEqual(['running']);
    await on.call('config_set', { app: 'live', unset: ['CRASH'], restart: false });
    expect(on.app('live').config.has('CRASH')).toBe(false);
  });

  test('with restart false the processes keep what they have', async () => {
    const { data, text } = await on.call('config_set', {
      app: 'live',
      values: { LATER: 'next time' },
      restart: false,
    });
    expect(data).toMatchObject({ effect: 'reversible', result: { restarted: false } });
    expect(text).toContain('not restarted');
    expect(on.app('live').config.get('LATER')).toBe('next time');
    expect(on.app('live').containers[0]?.environment).not.toHaveProperty('LATER');
  });

  test('an app whose processes have died gets its new value by a restart, as Dokku itself does it', async () => {
    for (const container of on.app('live').containers) container.state = 'exited';
    const { data } = await on.call('config_set', { app: 'live', values: { MENDED: 'yes' } });
    expect(data).toMatchObject({ effect: 'disruptive', result: { set: ['MENDED'], restarted: true } });
    expect(on.app('live').containers).toMatchObject([{ state: 'running', environment: { MENDED: 'yes' } }]);
  });

  test('sets and unsets in one call, and refuses the same key in both', async () => {
    const both = await on.call('config_set', { app: 'still', values: { X: '1' }, unset: ['X'] });
    expect(both.text).toMatch(/^unset: "X" is both set and unset/);
    await on.sim.given('config:set --no-restart still OLD=gone');
    const { data } = await on.call('config_set', { app: 'still', values: { NEW: 'here' }, unset: ['OLD'] });
    expect(data).toMatchObject({ result: { set: ['NEW'], unset: ['OLD'] } });
    expect([on.app('still').config.get('NEW'), on.app('still').config.has('OLD')]).toEqual(['here', false]);
  });

  test.each([
    ['ends in a double quote', 'says "hi"', 'ends in a double quote', 'base64'],
    ['ends in a backslash', 'C:\\', 'ends in a backslash', 'base64'],
    ['holds NUL', 'a\0b', 'holds a NUL byte', 'base64'],
    ['is too long', 'x'.repeat(130_000), 'is longer than 120000 bytes', 'file that the app mounts'],
  ])(
    'a value that %s is refused with the reason and a way out, and nothing is sent',
    async (_what, value, reason, way) => {
      const { code, text } = await on.call('config_set', {
        app: 'still',
        values: { GOOD: 'fine', POISON: value },
      });
      expect(code).toBe('INVALID_ARGUMENT');
      expect(text).toMatch(/^values\.POISON: /);
      expect(text).toContain(reason);
      expect(text).toContain(way);
      expect(on.sim.changes()).toEqual([]);
      expect(on.app('still').config.has('GOOD')).toBe(false);
    },
  );

  test('variables of Dokku itself and names that are none are refused', async () => {
    const own = await on.call('config_set', { app: 'still', values: { DOKKU_SCALE: 'x' } });
    expect([own.code, own.isError]).toEqual(['POLICY_DENIED', true]);
    const bad = await on.call('config_set', { app: 'still', values: { '1X': 'x' } });
    expect(bad.code).toBe('INVALID_ARGUMENT');
    expect(bad.text).toContain('variable names begin with a letter or _');
    expect(on.sim.changes()).toEqual([]);
  });

  test('a value that Dokku changes on its way is not reported as set', async () => {
    const { code, text } = await on.call('config_set', { app: 'still', values: { PIN: '007' } });
    expect(code).toBe('NOT_APPLIED');
    expect(text).toContain('PIN is not as asked');
  });

  test('a value of others that the next write would turn into poison has to be replaced first', async () => {
    await on.sim.given('config:set --no-restart broken LAST=end\\" NEXT=word');
    const { code, text } = await on.call('config_set', { app: 'broken', values: { MORE: 'x' } });
    expect(code).toBe('CONFLICT');
    expect(text).toContain('LAST of broken ends in a double quote or a backslash');
    expect(on.sim.changes()).toEqual([]);
    const mended = await on.call('config_set', { app: 'broken', values: { MORE: 'x', LAST: 'end%22' } });
    expect(mended.data).toMatchObject({ status: 'applied', result: { set: ['MORE', 'LAST'] } });
    expect(on.app('broken').config.get('NEXT')).toBe('word');
  });

  test('a configuration that Dokku can no longer read is recognised', async () => {
    await on.sim.given(
      'config:set --no-restart broken LAST=end\\" NEXT=word',
      'config:set --no-restart broken X=1',
    );
    const { code, text } = await on.call('config_get', { app: 'broken' });
    expect(code).toBe('POISONED_CONFIG');
    expect(text).toContain('Dokku can no longer read the configuration of "broken"');
    expect(text).toContain('An administrator has to mend the ENV file');
  });
});
