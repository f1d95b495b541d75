import fc from 'fast-check';
import { forms } from './forms.ts';

/* Random policies, subjects and uses, from pools that overlap enough for every rule to matter. */

export const apps = ['shop', 'shop-api', 'web-1', 'web-22', 'blog', 'a.b', 'x'];
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
const effects = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'] as const;

function some<T extends string>(pool: readonly T[], most: number) {
  return fc.option(fc.subarray([...pool], { minLength: 1, maxLength: most }), { nil: undefined, freq: 2 });
}

const rule = fc.record({
  decision: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const, 'confirm' as const),
  roles: some([...roles, 'op*', '*'], 2),
  hosts: some([...hosts, '*'], 1),
  apps: some(appGlobs, 3),
  commands: some(commandGlobs, 4),
  tools: fc.option(fc.subarray([...tools, 'command_*'], { minLength: 1 }), { nil: undefined, freq: 1 }),
  effects: some(effects, 4),
});

export const anyPolicy = fc.record({
  protected_apps: fc.option(fc.subarray(appGlobs, { minLength: 1, maxLength: 2 }), {
    nil: undefined,
    freq: 1,
  }),
  rules: fc
    .array(rule, { maxLength: 6 })
    .map((rules) => rules.map((one, index) => ({ ...one, id: `r${index}` }))),
});

export const anySubject = fc.record({
  role: fc.constantFrom(...roles),
  host: fc.constantFrom(...hosts),
  readOnly: fc.constantFrom(false, false, false, true),
});

export const anyUse = fc.record({
  form: fc.constantFrom(...forms),
  a: fc.constantFrom(...apps),
  b: fc.constantFrom(...apps),
  tool: fc.constantFrom(...tools),
});
