import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Catalogue } from '../../infrastructure/dokku/catalogue/catalogue.ts';
import { serviceCommands } from '../../infrastructure/dokku/catalogue/services.ts';
import { ServiceName } from '../names.ts';
import { reasonAgainstServiceWords } from './words.ts';

const link = 'postgres:link <service> <app> [--alias <alias>] [--no-restart]';

it.each([[['db', 'shop']], [['db', 'shop', '--alias', 'BLUE']], [['A_b-9', 'shop']]])('passes %j', (args) =>
  expect(reasonAgainstServiceWords(link, args)).toBeUndefined(),
);

it.each([
  [['../redis/cache', 'shop'], 'service'],
  [['.', 'shop'], 'service'],
  [['', 'shop'], 'service'],
  [[], 'service'],
  [['--no-restart', 'db', 'shop'], 'service'],
  [['db', '--no-restart', 'shop'], 'app'],
  [['-f', 'shop'], 'service'],
])('refuses %j at %s', (args, field) => {
  expect(reasonAgainstServiceWords(link, args)).toMatchObject({ field });
});

it('looks at both names of a clone, and at no command without a service', () => {
  const clone = 'redis:clone <service> <new-service> [--memory <number>]';
  expect(reasonAgainstServiceWords(clone, ['a', 'b/../c'])).toMatchObject({ field: 'new-service' });
  expect(reasonAgainstServiceWords('config:get <app> <key>', ['../x', 'A'])).toBeUndefined();
});

it.each([
  [['db', '--initial-network', 'host'], '--initial-network'],
  [['db', '--post-start-network', 'a,container:web'], '--post-start-network'],
])('keeps the network of the host from a service: %j', (args, field) => {
  const create = 'postgres:create <service> [--initial-network <network>] [--post-start-network <networks>]';
  expect(reasonAgainstServiceWords(create, args)).toMatchObject({ field });
});

it('keeps it from set as well', () => {
  const set = 'postgres:set <service> initial-network|post-create-network|post-start-network [<networks>]';
  expect(reasonAgainstServiceWords(set, ['db', 'post-create-network', 'host'])).toBeDefined();
  expect(reasonAgainstServiceWords(set, ['db', 'post-create-network', 'net-a,net-b'])).toBeUndefined();
});

/** Words of every kind that reached another service, or another argument, on a real host, and random ones. */
const hostile = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '../redis/x',
    'a/b',
    '/etc',
    '-f',
    '--force',
    '--memory',
    'a b',
    'a.b',
    'é',
    'a;id',
    '$(id)',
    '*',
    '',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

it('no command of any plugin composes with a name that is none', () => {
  const catalogue = new Catalogue();
  const named = serviceCommands.filter(({ synopsis }) => synopsis.includes('<service>'));
  expect(named.length).toBeGreaterThan(300);
  fc.assert(
    fc.property(fc.constantFrom(...named), hostile, ({ name, synopsis }, word) => {
      fc.pre(!ServiceName.safeParse(word).success);
      const others = synopsis.replace(/\[.*$/, '').match(/<[a-z-]+>/g) ?? [];
      const rest = others.slice(1).map((slot) => (slot === '<schedule>' ? '0 3 * * *' : 'word'));
      const stdin = undefined;
      expect(() => catalogue.compose(name, [word, ...rest], stdin)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
      expect(reasonAgainstServiceWords(synopsis, [word, ...rest])).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

it('names that pass hold no path, no blank and no leading hyphen', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (name) => {
      if (ServiceName.safeParse(name).success) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]*$/);
    }),
    { numRuns: 2000 },
  );
});
