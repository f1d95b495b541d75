import { expect, it } from 'vitest';
import { checkPolicy } from './findings.ts';
import { PolicySchema, type Rule } from './policy.ts';

const known = {
  commands: ['config:set', 'config:get', 'ps:stop', 'shell'],
  tools: ['apps_list'],
  hosts: ['prod'],
  refused: new Set(['shell']),
};
type Given = Partial<Rule> & Pick<Rule, 'id' | 'decision'>;
const found = (...rules: Given[]): string[] =>
  checkPolicy(PolicySchema.parse({ rules }), known).map(
    ({ rule, level, text }) => `${rule} ${level} ${text}`,
  );

it.each<[Given[], RegExp]>([
  [[{ id: 'a', decision: 'deny', commands: ['confg:*'] }], /a problem no command is called confg/],
  [[{ id: 'a', decision: 'deny', hosts: ['prd'] }], /no configured host is called prd/],
  [[{ id: 'a', decision: 'deny', tools: ['appslist'] }], /no tool is called appslist/],
  [[{ id: 'a', decision: 'allow', commands: ['shell'] }], /never sent/],
  [[{ id: 'a', decision: 'confirm', effects: ['read'] }], /reads only/],
  [
    [
      { id: 'a', decision: 'allow', apps: ['shop'], commands: ['ps:stop'] },
      { id: 'b', decision: 'deny', apps: ['shop'] },
    ],
    /a problem it never decides: b denies/,
  ],
  [
    [
      { id: 'a', decision: 'deny', effects: ['destructive'] },
      { id: 'b', decision: 'deny', effects: ['destructive'], apps: ['x-*'] },
    ],
    /b problem it adds nothing to a/,
  ],
  [[{ id: 'a', decision: 'deny', tools: ['apps_list'] }], /a note a fence on the host cannot see tools/],
])('%j', (rules, text) => {
  expect(found(...rules)[0]).toMatch(text);
});

it('finds nothing where there is nothing', () => {
  expect(
    found(
      { id: 'a', decision: 'allow', apps: ['shop*'], hosts: ['prod'] },
      { id: 'b', decision: 'deny', apps: ['shop'], commands: ['config:*'] },
      { id: 'c', decision: 'allow', apps: ['*'], effects: ['read'] },
    ),
  ).toEqual([]);
});
