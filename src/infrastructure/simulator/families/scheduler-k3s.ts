import { columns } from '../columns.ts';
import type { Family, Handler } from '../invocation.ts';
import { fail } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import type { ClusterNode } from '../world/cluster.ts';

/** `Node` of plugins/scheduler-k3s/functions.go, which has no names for JSON of its own. */
function asJson({ name, roles, ready, remoteHost, version }: ClusterNode) {
  return { Name: name, Roles: roles, Ready: ready, RemoteHost: remoteHost, Version: version };
}

/** CommandClusterList of plugins/scheduler-k3s/subcommands.go. */
const list: Handler = async (call) => {
  await call.sleep(60);
  const format = parseFlags(call, {
    format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' },
  }).text('format');
  if (format !== 'stdout' && format !== 'json') fail(call, `Invalid format: ${format}`);
  const { cluster } = call.host.world;
  if (cluster === undefined) {
    fail(
      call,
      'Unable to create kubernetes client: stat /etc/rancher/k3s/k3s.yaml: no such file or directory',
    );
  }
  await call.sleep(80);
  if (cluster === 'down') {
    fail(
      call,
      'kubernetes api not available, cannot list cluster nodes: Get "https://127.0.0.1:6443/readyz": dial tcp 127.0.0.1:6443: connect: connection refused',
    );
  }
  if (format === 'json') call.out(`${JSON.stringify(cluster.map(asJson))}\n`);
  else {
    const rows = cluster.map(({ name, ready, roles, version }) => [
      name,
      String(ready),
      roles.join(','),
      version,
    ]);
    call.out(`${columns([['name', 'ready', 'roles', 'version'], ...rows])}\n`);
  }
  return 0;
};

/** plugins/scheduler-k3s: the nodes of the cluster. No app is run on them here. */
export const schedulerK3s: Family = { commands: { 'scheduler-k3s:cluster:list': list } };
