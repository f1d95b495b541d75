import { describe, expect, it } from 'vitest';
import { PolicySchema } from '../domain/policy/policy.ts';
import { Catalogue } from '../infrastructure/dokku/catalogue/catalogue.ts';
import { explainCommand } from './explain.ts';
import { Rights } from './rights.ts';

describe('explainCommand', () => {
  it.each([
    [{}, 'apps:destroy', ['shop'], 'shop', 'confirm'],
    [{}, 'config:set', ['shop', 'A=b'], 'shop', 'allow'],
    [{}, 'cleanup', [], 'the whole host', 'allow'],
    [{ protected_apps: ['shop'] }, 'apps:destroy', ['shop'], 'shop', 'deny'],
  ])('with the policy %j tells whom %s %j concerns', (policy, name, args, concerns, verdict) => {
    const rights = new Rights({
      policy: PolicySchema.parse(policy),
      catalogue: new Catalogue(),
      subject: { role: 'operator', host: 'sim', readOnly: false },
    });
    expect(explainCommand(rights, { name, args })).toMatchObject({ concerns, verdict });
  });
});
