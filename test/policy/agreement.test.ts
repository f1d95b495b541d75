import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rights } from '../../src/application/rights.ts';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { Catalogue, coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { encode } from '../../src/infrastructure/dokku/encoder.ts';
import { runFence } from './fence-runner.ts';
import { fill, forms } from './forms.ts';
import { type OraclePolicy, oracle } from './oracle.ts';

const catalogue = new Catalogue();
const apps = ['shop', 'shop-api', 'web-1', 'web-22', 'blog', 'a.b', 'x'];
const appGlobs = ['shop', 'shop*', 'web-*', '*-api', '*', '*e*', 'a.b', 'blog', 's*p', '**'];
const commandGlobs = [
  'config:*',
  '*',
  'ps:*',
  'apps:destroy',
  '*:report',
  'git:*',
  'run',
  'logs*',
  'version',
  '*:set',
  'apps:l*t',
];
const roles = ['operator', 'ci', 'guest'];
const hosts = ['prod', 'staging'];
const tools = ['apps_info', 'command_query', 'command_execute', 'ps_scale'];
const effects = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'];

const some = (pool: readonly string[], most: number) =>
  fc.option(fc.subarray([...pool], { minLength: 1, maxLength: most }), { nil: undefined, freq: 2 });
const rule = fc.record({
  decision: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const, 'confirm' as const),
  roles: some([...roles, 'op*', '*'], 2),
  hosts: some([...hosts, '*'], 1),
  apps: some(appGlobs, 3),
  commands: some(commandGlobs, 4),
  tools: fc.option(fc.subarray([...tools, 'command_*'], { minLength: 1 }), { nil: undefined, freq: 1 }),
  effects: some(effects, 4),
});
const anyPolicy = fc.record({
  protected_apps: fc.option(fc.subarray(appGlobs, { minLength: 1, maxLength: 2 }), {
    nil: undefined,
    freq: 1,
  }),
  rules: fc
    .array(rule, { maxLength: 6 })
    .map((rules) => rules.map((one, index) => ({ ...one, id: `r${index}` }))),
});
const anySubject = fc.record({
  role: fc.constantFrom(...roles),
  host: fc.constantFrom(...hosts),
  readOnly: fc.constantFrom(false, false, false, true),
});
const anyUse = fc.record({
  form: fc.constantFrom(...forms),
  a: fc.constantFrom(...apps),
  b: fc.constantFrom(...apps),
  tool: fc.constantFrom(...tools),
});

const policies = fc.sample(
  fc.tuple(anyPolicy, anySubject, fc.array(anyUse, { minLength: 60, maxLength: 60 })),
  {
    seed: 4,
    numRuns: 200,
  },
);

describe('server, fence and oracle', () => {
  it('agree on 12,000 random uses, and each verdict comes up', () => {
    const seen = { allow: 0, confirm: 0, deny: 0 };
    for (const [given, subject, uses] of policies) {
      const policy = PolicySchema.parse(given);
      const rights = new Rights({ policy, catalogue, subject });
      const filled = uses.map(({ form, a, b, tool }) => ({ ...fill(form, a, b), tool }));
      const lines = filled.map(({ command }) => encode(command));
      const options = { policy, subject, commands: coreCommands, dokku: '/usr/bin/dokku' };
      const loose = runFence({ ...options, strict: false }, lines);
      const strict = runFence({ ...options, strict: true }, lines);
      for (const [index, { command, effect, apps: named, tool }] of filled.entries()) {
        const question = { ...subject, command: command.name, effect, apps: named };
        const expected = oracle(given as OraclePolicy, { ...question, tool });
        const onHost = oracle(given as OraclePolicy, question);
        const what = JSON.stringify({ given, subject, line: lines[index], tool });
        expect(catalogue.effectOf(command), what).toBe(effect);
        expect(rights.judge(command, tool).verdict, what).toBe(expected);
        expect(rights.judge(command).verdict, what).toBe(onHost);
        expect(loose[index], what).toBe(onHost !== 'deny' || rights.filters(command));
        expect(strict[index], what).toBe(onHost === 'allow');
        seen[expected] += 1;
      }
    }
    expect(seen.allow + seen.confirm + seen.deny).toBe(12_000);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(400);
  }, 300_000);
});
