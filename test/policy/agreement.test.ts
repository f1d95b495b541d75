import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rights } from '../../src/application/rights.ts';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { Catalogue, coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { encode } from '../../src/infrastructure/dokku/encoder.ts';
import { runFence } from './fence-runner.ts';
import { fill } from './forms.ts';
import { anyPolicy, anySubject, anyUse } from './generated.ts';
import { oracle } from './oracle.ts';

const catalogue = new Catalogue();
const uses = fc.array(anyUse, { minLength: 60, maxLength: 60 });
const policies = fc.sample(fc.tuple(anyPolicy, anySubject, uses), { seed: 4, numRuns: 200 });

it('server, fence and oracle agree on 12,000 random uses, and each verdict comes up', () => {
  const seen = { allow: 0, confirm: 0, deny: 0 };
  for (const [given, subject, asked] of policies) {
    const policy = PolicySchema.parse(given);
    const rights = new Rights({ policy, catalogue, subject });
    const filled = asked.map(({ form, a, b, tool }) => ({ ...fill(form, a, b), tool }));
    const lines = filled.map(({ command }) => encode(command));
    const options = { policy, subject, commands: coreCommands, dokku: '/usr/bin/dokku' };
    const loose = runFence({ ...options, strict: false }, lines);
    const strict = runFence({ ...options, strict: true }, lines);
    for (const [index, { command, effect, apps, tool }] of filled.entries()) {
      const question = { ...subject, command: command.name, effect, apps };
      const expected = oracle(given, { ...question, tool });
      const onHost = oracle(given, question);
      const what = JSON.stringify({ given, subject, line: lines[index], tool });
      expect(catalogue.effectOf(command), what).toBe(effect);
      expect(rights.judge(command, tool).verdict, what).toBe(expected);
      expect(rights.judge(command).verdict, what).toBe(onHost);
      const passes = !['docker-options:add', 'events:off'].includes(command.name);
      expect(loose[index], what).toBe(passes && (onHost !== 'deny' || rights.filters(command)));
      expect(strict[index], what).toBe(passes && onHost === 'allow');
      seen[expected] += 1;
    }
  }
  expect(seen.allow + seen.confirm + seen.deny).toBe(12_000);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(400);
}, 300_000);
