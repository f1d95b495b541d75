import { byBytes, requireApp } from '../access.ts';
import type { Handler, Invocation } from '../invocation.ts';
import { fail, info } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import type { SimulatedApp } from '../state.ts';
import { isDeployed } from './deploy.ts';
import { startAgain } from './redeploy.ts';

/** ps:scale: shows the scale, or changes it and deploys the types that changed (scaleSet of plugins/ps/functions.go). */
export const scale: Handler = async (call) => {
  await call.sleep(40);
  const flags = parseFlags(call, {
    'skip-deploy': { kind: 'bool', usage: '--skip-deploy: skip deploy of the app' },
    format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' },
  });
  const app = requireApp(call, flags.arg(0));
  const tuples = flags.rest.slice(1);
  if (tuples.length === 0) return report(call, app, flags.text('format'));
  if (app.scaleLocked) {
    fail(
      call,
      `App ${app.name} contains an app.json file with a formations key and cannot be manually scaled`,
    );
  }
  call.out(info(`Scaling ${app.name} processes: ${tuples.join(' ')}`));
  const wanted = parseTuples(call, tuples);
  const changed = [...wanted].filter(([type, count]) => app.scale.get(type) !== count);
  for (const [type, count] of wanted) {
    if (app.procfile !== undefined && app.procfile[type] === undefined && count !== 0) {
      fail(call, `${type} is not a valid process name to scale up`);
    }
  }
  for (const [type, count] of wanted) app.scale.set(type, count);
  if (flags.has('skip-deploy') || !isDeployed(call.host, app)) return 0;
  await call.sleep(100);
  for (const [type] of changed) {
    const exit = await startAgain(call, app, { type });
    if (exit !== 0) return 1;
  }
  return 0;
};

function parseTuples(call: Invocation, tuples: readonly string[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const tuple of tuples) {
    const equals = tuple.indexOf('=');
    if (equals < 0) fail(call, `Missing count for process type ${tuple}`);
    const type = tuple.slice(0, equals);
    const count = tuple.slice(equals + 1).trim();
    if (!/^[+-]?\d+$/.test(count)) fail(call, `Invalid count for process type ${type}`);
    if (!wanted.has(type.trim())) wanted.set(type.trim(), Number(count));
  }
  return wanted;
}

function report(call: Invocation, app: SimulatedApp, format: string): number {
  const rows = [...app.scale].sort(([a], [b]) => byBytes(a, b));
  if (format === 'json') {
    call.out(`${JSON.stringify(rows.map(([type, quantity]) => ({ process_type: type, quantity })))}\n`);
    return 0;
  }
  if (!call.flags.quiet) {
    call.out(info(`Scaling for ${app.name}`));
    call.out('proctype: qty\n--------: ---\n');
  }
  for (const [type, count] of rows) call.out(`${`${type}:`.padEnd(5)} ${count}\n`);
  return 0;
}
