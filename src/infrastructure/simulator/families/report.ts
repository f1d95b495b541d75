import { byBytes } from '../access.ts';
import { VERSION } from '../help/version.ts';
import { installable } from '../installed.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, verbose, warning } from '../output.ts';

/** Plugins whose part `report APP` prints, in the order in which their triggers run. */
const parts =
  `app-json apps builder builder-dockerfile builder-herokuish builder-lambda builder-nixpacks builder-pack
  builder-railpack buildpacks caddy certs checks docker-options domains git haproxy logs network nginx openresty ports
  proxy ps registry resource scheduler scheduler-docker-local traefik`.split(/\s+/);

/** The parts of the core plugins and of those that were installed. */
function everyPart(call: Invocation): ((app: string) => number | Promise<number>)[] {
  const core = parts.map((name) => [name, (app: string) => call.run(`${name}:report`, [app])] as const);
  const others = call.host.plugins.flatMap(({ name, enabled }) => {
    const report = enabled ? installable.get(name)?.report : undefined;
    return report === undefined ? [] : [[name, (app: string) => report({ ...call, args: [app] })] as const];
  });
  return [...core, ...others].sort(([a], [b]) => byBytes(a, b)).map(([, part]) => part);
}

const block = (text: string): string => text.split('\n').map(verbose).join('');

const report: Handler = async (call) => {
  const [app] = call.args;
  if (app === '--format') fail(call, '--format flag not supported on global report');
  await call.sleep(580);
  await hostPart(call);
  const apps = app === '--all' ? call.host.appNames() : app === undefined ? [] : [app];
  for (const name of apps) {
    for (const part of everyPart(call)) {
      const code = await part(name);
      if (code !== 0) return code;
    }
  }
  return 0;
};

async function hostPart(call: Invocation): Promise<void> {
  const { host } = call;
  const containers = [...host.apps.values()].flatMap((app) => app.containers);
  const running = containers.filter(({ state }) => state === 'running').length;
  call.out(
    info(`uname: Linux ${host.name} 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64 GNU/Linux`),
  );
  call.out(info('memory: '));
  call.out(
    block(
      [
        '               total        used        free      shared  buff/cache   available',
        'Mem:            3928         611        2304           3        1012        3102',
        'Swap:              0           0           0',
      ].join('\n'),
    ),
  );
  call.out(info('disk utilization: '));
  call.out(
    block('Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1        40G  6.9G   31G  19% /'),
  );
  call.out(info('disk inode utilization: '));
  call.out(
    block('Filesystem     Inodes IUsed IFree IUse% Mounted on\n/dev/vda1        2.5M  161K  2.4M    7% /'),
  );
  call.out(info('docker version: '));
  call.out(block(dockerVersion));
  call.out(info('docker daemon info: '));
  call.out(block(dockerInfo(host.name, containers.length, running)));
  call.out(info('herokuish version: '));
  call.err(warning('Herokuish image gliderlabs/herokuish:latest-24 is not available'));
  call.out(info(`dokku version: dokku version v${VERSION}`));
  call.err(warning('dokku-event-listener binary is not available'));
  call.err(warning('dokku-update binary is not available'));
  for (const [tool, version] of tools) call.out(info(`${tool} version: ${version}`));
  call.err(warning('pack binary is not available'));
  call.out(info('plugn version: plugn: 0.16.0'));
  call.out(info('sigil version: 0.11.4'));
  call.out(info('sshcommand version: sshcommand 0.20.2'));
  call.out(info('dokku plugins: '));
  await call.run('plugin:list', []);
}

const tools: readonly (readonly [string, string])[] = [
  ['docker-container-healthchecker', '0.14.2'],
  ['docker-image-labeler', 'v0.8.5'],
  ['git', 'git version 2.30.2'],
  ['lambda-builder', '0.9.4'],
  ['netrc', '0.10.3'],
];

const dockerVersion = `Client: Docker Engine - Community
 Version:           26.1.5
 API version:       1.41 (downgraded from 1.45)
 Go version:        go1.21.13
 OS/Arch:           linux/amd64

Server: Docker Engine - Community
 Engine:
  Version:          20.10.24
  API version:      1.41 (minimum version 1.12)
  Go version:       go1.19.7
  OS/Arch:          linux/amd64`;

const dockerInfo = (name: string, containers: number, running: number): string => `Client:
 Context:    default
 Debug Mode: true

Server:
 Containers: ${containers}
  Running: ${running}
  Paused: 0
  Stopped: ${containers - running}
 Images: 8
 Server Version: 20.10.24
 Storage Driver: overlay2
 Logging Driver: json-file
 Cgroup Driver: cgroupfs
 Cgroup Version: 1
 Kernel Version: 5.10.0-28-amd64
 Operating System: Debian GNU/Linux 11 (bullseye)
 OSType: linux
 Architecture: x86_64
 CPUs: 2
 Total Memory: 3.836GiB
 Name: ${name}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Live Restore Enabled: false`;

/** `dokku report` (plugins/00_dokku-standard of Dokku 0.38.27). */
export const vitals: Family = { commands: { report } };
