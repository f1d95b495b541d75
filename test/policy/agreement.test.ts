import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rights } from '../../src/application/rights.ts';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { Catalogue, coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { encode } from '../../src/infrastructure/dokku/encoder.ts';
import { runFence } from './fence-runner.ts';
import { fill, forms } from './forms.ts';
import { anyPolicy, anySubject, anyUse, apps } from './generated.ts';
import { oracle, oracleSees } from './oracle.ts';

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

it('an app is seen exactly by whom server, fence and oracle let read it by something', () => {
  const core = new Catalogue(coreCommands);
  const reads = forms.filter(({ effect, apps: of }) => effect.startsWith('read') && of.join() === 'A');
  const asked = reads.map(({ command, effect }) => ({ command: command.name, effect }));
  const seen = { yes: 0, no: 0 };
  for (const [given, subject] of fc.sample(fc.tuple(anyPolicy, anySubject), { seed: 11, numRuns: 120 })) {
    const policy = PolicySchema.parse(given);
    const rights = new Rights({ policy, catalogue: core, subject });
    const lines = apps.flatMap((app) => reads.map((form) => encode(fill(form, app, app).command)));
    const fence = { policy, subject, commands: coreCommands, dokku: '/usr/bin/dokku', strict: true };
    const passes = runFence(fence, lines);
    for (const [index, app] of apps.entries()) {
      const what = JSON.stringify({ given, subject, app });
      const expected = oracleSees(given, subject, asked, app);
      expect(rights.sees(app), what).toBe(expected);
      const through = passes.slice(index * reads.length, (index + 1) * reads.length);
      expect(through.includes(true), what).toBe(expected);
      seen[expected ? 'yes' : 'no'] += 1;
    }
  }
  expect(seen.yes).toBeGreaterThan(150);
  expect(seen.no).toBeGreaterThan(150);
}, 300_000);
