import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPolicy, anySubject } from '../../../test/policy/generated.ts';
import { decide, isChange } from './decide.ts';
import { matches } from './glob.ts';
import { effects, PolicySchema } from './policy.ts';
import { couldAllow, distinctReads, seesApp } from './possible.ts';

const subject = { role: 'operator', host: 'prod', readOnly: false };

describe('globs', () => {
  it.each([
    ['shop', 'shop', true],
    ['shop', 'shop2', false],
    ['shop*', 'shop', true],
    ['*shop', 'my-shop', true],
    ['*o*o*', 'foo', true],
    ['*oo*o', 'foo', false],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['a.b', 'axb', false],
    ['*', '', true],
    ['', '', true],
  ])('%s fits %s: %s', (pattern, text, fits) => {
    expect(matches(pattern, text)).toBe(fits);
  });

  it('take no time that grows beyond their length', () => {
    expect(matches(`${'*a'.repeat(40)}b`, 'a'.repeat(5_000))).toBe(false);
  });
});

describe('decisions', () => {
  it('deny beats confirm beats allow, in whatever order they stand', () => {
    const rules = [
      { id: 'a', decision: 'allow', apps: ['*'] },
      { id: 'c', decision: 'confirm', apps: ['shop*'] },
      { id: 'd', decision: 'deny', apps: ['shop'] },
    ] as const;
    for (const order of [rules, rules.toReversed()]) {
      const policy = PolicySchema.parse({ rules: order });
      const on = (app: string) =>
        decide(policy, subject, { command: 'ps:set', effect: 'reversible', app }).verdict;
      expect([on('shop'), on('shop-2'), on('blog')]).toEqual(['deny', 'confirm', 'allow']);
    }
  });

  it('name the rule', () => {
    const policy = PolicySchema.parse({ rules: [{ id: 'keep-out', decision: 'deny', apps: ['shop'] }] });
    const { rule } = decide(policy, subject, { command: 'logs', effect: 'read', app: 'shop' });
    expect(rule).toBe('the rule "keep-out" of the policy denies it');
  });

  it('confirm grants nothing', () => {
    const policy = PolicySchema.parse({
      rules: [
        { id: 'a', decision: 'allow', apps: ['blog'] },
        { id: 'c', decision: 'confirm', apps: ['shop'] },
      ],
    });
    expect(decide(policy, subject, { command: 'ps:set', effect: 'reversible', app: 'shop' }).verdict).toBe(
      'deny',
    );
  });

  it('what is listed and what is seen never hides what would be allowed', () => {
    const use = fc.record({
      command: fc.constantFrom('config:set', 'apps:destroy', 'ps:report', 'logs', 'git:sync', 'version'),
      effect: fc.constantFrom(...effects),
      app: fc.constantFrom(undefined, 'shop', 'web-1', 'a.b'),
      tool: fc.constantFrom('apps_info', 'command_query', undefined),
    });
    fc.assert(
      fc.property(anyPolicy, anySubject, use, (given, who, asked) => {
        const policy = PolicySchema.parse(given);
        if (decide(policy, who, asked).verdict === 'deny') return;
        expect(couldAllow(policy, who, asked)).toBe(true);
        if (asked.app === undefined || isChange(asked.effect)) return;
        expect(seesApp(policy, who, distinctReads(policy, who, [asked]), asked.app)).toBe(true);
      }),
      { seed: 3, numRuns: 3_000 },
    );
  });
});

describe('the schema', () => {
  it.each([
    [{ rules: [{ id: 'a', decision: 'allow', app: ['x'] }] }, 'Unrecognized key'],
    [{ rules: [{ id: 'a', decision: 'maybe' }] }, 'Invalid option'],
    [{ rules: [{ decision: 'allow' }] }, 'expected string'],
    [{ rules: [{ id: 'a', decision: 'allow', apps: [] }] }, 'leave it out'],
    [{ rules: [{ id: 'a', decision: 'allow', apps: ['[a-z]+'] }] }, '* stands for any text'],
    [{ rules: [{ id: 'a', decision: 'allow', commands: ["x'; rm -rf /"] }] }, '* stands for any text'],
    [{ protected: ['shop'] }, 'Unrecognized key'],
    [
      {
        rules: [
          { id: 'a', decision: 'allow' },
          { id: 'a', decision: 'deny' },
        ],
      },
      'two rules have the same id',
    ],
  ])('refuses %j', (given, reason) => {
    const { error } = PolicySchema.safeParse(given);
    expect(JSON.stringify(error?.issues)).toContain(reason);
  });
});
