import type { Subject } from './decide.ts';
import { matchesAny } from './glob.ts';
import type { Policy, Rule } from './policy.ts';

/** What the policy says to one role on one host, a line a rule, in the order in which they count. */
export function describePolicy({ rules, protected_apps }: Policy, subject: Subject): string[] {
  const mine = rules.filter(
    ({ roles, hosts }) => matchesAny(roles, subject.role) && matchesAny(hosts, subject.host),
  );
  const of = (decision: Rule['decision']): string[] =>
    mine.filter((rule) => rule.decision === decision).map(describeRule);
  const onlyAllowed = rules.some(({ decision }) => decision === 'allow');
  return [
    ...(subject.readOnly ? ['read-only: no change at all'] : []),
    ...of('deny'),
    ...(protected_apps === undefined
      ? []
      : [
          `protected_apps: nothing destructive, and consent before anything disruptive, on ${protected_apps.join(' ')}`,
        ]),
    ...of('confirm'),
    ...of('allow'),
    onlyAllowed ? 'all else is denied' : 'all else is allowed; what destroys asks a person',
  ];
}

function describeRule({ id, decision, effects, commands, apps, tools }: Rule): string {
  const told = [
    effects?.join(', ') ?? 'everything',
    ...(commands === undefined ? [] : [`by ${commands.join(' ')}`]),
    ...(tools === undefined ? [] : [`through the tools ${tools.join(' ')}`]),
    ...(apps === undefined ? [] : [`on the apps ${apps.join(' ')}`]),
  ].join(' ');
  const verb = decision === 'confirm' ? 'asks a person before' : decision === 'deny' ? 'denies' : 'allows';
  return `${id}: ${verb} ${told}`;
}
