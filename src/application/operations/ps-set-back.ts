import type { Application } from '../../domain/application/application.ts';
import type { Command } from '../ports.ts';

type Amounts = { readonly memory?: string | undefined; readonly cpu?: string | undefined } | undefined;

export interface SettingsAsked {
  readonly app: string;
  readonly process?: string | undefined;
  readonly limit?: Amounts;
  readonly reserve?: Amounts;
  readonly clear_limits?: boolean | undefined;
  readonly checks?: string | undefined;
  readonly wait_to_retire?: number | undefined;
  readonly stop_timeout?: number | undefined;
  readonly restart_policy?: string | undefined;
}

/** The commands that set back what these settings change. No report shows a stop timeout, so nothing sets that back. */
export function settingsBack(asked: SettingsAsked, before: Application): Command[] {
  if (asked.stop_timeout !== undefined) return [];
  const { app, checks, wait_to_retire, restart_policy } = asked;
  const retire = before.checks['wait-to-retire'];
  return [
    ...amountsBack(asked, before.resources),
    ...(checks === undefined ? [] : checksBack(app, before.checks)),
    ...(wait_to_retire === undefined || retire === undefined
      ? []
      : [{ name: 'checks:set', args: [app, 'wait-to-retire', retire] }]),
    ...(restart_policy === undefined || before.restartPolicy === undefined
      ? []
      : [{ name: 'ps:set', args: [app, 'restart-policy', before.restartPolicy] }]),
  ];
}

/** Every amount as it was; `clear` takes one away that was not set (plugins/resource). */
function amountsBack(asked: SettingsAsked, resources: Application['resources']): Command[] {
  const type = asked.process ?? '_default_';
  const wanted = new Map<string, string>();
  for (const kind of ['limit', 'reserve'] as const) {
    for (const [name, value] of Object.entries(asked[kind] ?? {})) {
      if (value !== undefined) wanted.set(`${type}.${kind}.${name}`, 'clear');
    }
  }
  for (const [key, value] of Object.entries(resources)) {
    if (wanted.has(key) || asked.clear_limits === true) wanted.set(key, value);
  }
  return [...wanted].flatMap(([key, value]) => {
    const [process = '', kind = '', name = ''] = key.split('.');
    const scope = process === '_default_' ? [] : ['--process-type', process];
    return name === '' ? [] : [{ name: `resource:${kind}`, args: [`--${name}`, value, ...scope, asked.app] }];
  });
}

function checksBack(app: string, checks: Application['checks']): Command[] {
  const back: Command[] = [{ name: 'checks:enable', args: [app] }];
  for (const [verb, list = 'none'] of [
    ['disable', checks.disabled],
    ['skip', checks.skipped],
  ] as const) {
    if (list !== 'none') back.push({ name: `checks:${verb}`, args: list === '_all_' ? [app] : [app, list] });
  }
  return back;
}
