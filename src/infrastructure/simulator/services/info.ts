import type { Invocation } from '../invocation.ts';
import { fail, title, verbose } from '../output.ts';
import { exposedPorts } from './ambassador.ts';
import { complainOfId, containerOf, dsnOf, type Target } from './target.ts';

/** service_info's values by their flags, in the order in which it shows them. */
function facts(call: Invocation, target: Target): [flag: string, value: string][] {
  const { service, root, plugin } = target;
  const { container } = service;
  const running = container?.state === 'running';
  const property = (key: string): string => service.properties.get(key) ?? '';
  return [
    ['--config-dir', `${root}/${plugin.configSuffix}`],
    ['--config-options', service.configOptions],
    ['--data-dir', `${root}/data`],
    ['--dsn', dsnOf(target)],
    ['--exposed-ports', exposedPorts(target)],
    ['--id', service.id ?? ''],
    ['--internal-ip', running ? (container?.ip ?? '') : ''],
    ['--initial-network', property('initial-network')],
    ['--links', service.links.length === 0 ? '-' : service.links.map((app) => `${app} `).join('')],
    ['--post-create-network', property('post-create-network')],
    ['--post-start-network', property('post-start-network')],
    ['--service-root', root],
    ['--status', service.state],
    ['--version', containerOf(call.host, target)?.image ?? ''],
  ];
}

/** Everything about the service. */
export function printInfo(call: Invocation, target: Target): number {
  const { plugin, name } = target;
  complainOfId(call, target, 2);
  if (!call.flags.quiet) call.out(title(`${name} ${plugin.name} service information`));
  for (const [flag, value] of facts(call, target)) {
    const key = flag.slice(2).replaceAll('-', ' ');
    const label = `${key.charAt(0).toUpperCase()}${key.slice(1)}:`;
    call.out(verbose(`${label.padEnd(20)} ${value.padEnd(25)}`));
  }
  return 0;
}

/** One value; only the first flag counts. */
export function printFact(call: Invocation, target: Target, flag: string): number {
  complainOfId(call, target, 2);
  const all = facts(call, target);
  const found = all.find(([known]) => known === flag);
  if (found === undefined) {
    fail(call, `Invalid flag passed, valid flags: ${all.map(([known]) => known).join(' ')}`);
  }
  call.out(`${found[1]}\n`);
  return 0;
}
