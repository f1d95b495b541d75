import { byBytes, goStructJson } from '../access.ts';
import { VERSION } from '../help/version.ts';
import type { InstalledPlugin, SimulatedHost } from '../host.ts';
import type { Family, Handler } from '../invocation.ts';
import { fail } from '../output.ts';

const coreNames =
  `00_dokku-standard 20_events app-json apps builder builder-dockerfile builder-herokuish builder-lambda
  builder-nixpacks builder-null builder-pack builder-railpack buildpacks builds caddy-vhosts certs checks common config
  cron docker-options domains enter git haproxy-vhosts logs network nginx-vhosts openresty-vhosts plugin ports proxy ps
  registry repo resource run scheduler scheduler-docker-local scheduler-null shell ssh-keys storage trace
  traefik-vhosts`.split(/\s+/);

/** What plugin.toml of a core plugin calls it, where that is not its folder's name. */
const titles: Readonly<Record<string, string>> = {
  '00_dokku-standard': 'standard',
  '20_events': 'events logging',
  certs: 'certificate management',
};

interface ListedPlugin extends InstalledPlugin {
  readonly core: boolean;
}

function plugins(host: SimulatedHost): ListedPlugin[] {
  const core = coreNames.map((name) => ({
    name,
    version: name === 'builds' ? '0.34.0' : VERSION,
    description: `dokku core ${titles[name] ?? name} plugin`,
    enabled: true,
    sourceUrl: '',
    committish: '',
    branch: '',
    core: true,
  }));
  const others = host.plugins.map((plugin) => ({ ...plugin, core: false }));
  return [...core, ...others].sort((a, b) => byBytes(a.name, b.name));
}

const list: Handler = async (call) => {
  await call.sleep(450);
  const format = formatOf(call.args);
  if (format !== 'stdout' && format !== 'json') {
    fail(call, 'Invalid output format specified, supported formats: json, stdout');
  }
  const rows = plugins(call.host);
  if (format === 'json') {
    const listed = rows.map(
      ({ name, version, enabled, core, description, sourceUrl, committish, branch }) => ({
        name,
        version,
        enabled,
        core,
        description,
        source_url: sourceUrl,
        committish,
        branch,
      }),
    );
    call.out(`${goStructJson(listed)}\n`);
    return 0;
  }
  for (const { name, version, enabled, description } of rows) {
    call.out(
      `  ${name.padEnd(20)} ${version} ${(enabled ? 'enabled' : 'disabled').padEnd(10)} ${description}\n`,
    );
  }
  return 0;
};

/** The last `--format` counts; without a value it is empty. */
function formatOf(args: readonly string[]): string {
  let format = 'stdout';
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--format') format = args[++index] ?? '';
    else if (word.startsWith('--format=')) format = word.slice('--format='.length);
  }
  return format;
}

/** The plugin plugin (plugins/plugin of Dokku 0.38.27) as far as it may be used over SSH; the rest needs root. */
export const plugin: Family = { commands: { 'plugin:list': list } };
