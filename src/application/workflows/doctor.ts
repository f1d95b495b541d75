import { DomainError } from '../../domain/errors.ts';
import { compareVersions } from '../../domain/infrastructure/advisories.ts';
import { judgeAbout } from '../../domain/infrastructure/findings-host.ts';
import type { HostView } from '../product.ts';

/** One check of doctor: what was looked at, what was found, and how to mend it. */
export interface Finding {
  readonly check: string;
  readonly host?: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly fix?: string;
}

const OLDEST = '0.34.0';
const FULL = '0.38.22';
/** A Dokku command costs 35 to 60 ms on a warm connection; far more points at a slow shell start of the dokku user. */
const SLOW_MS = 400;

/** Walks the path to one host, from the key to the plugins, and stops where it is broken. Never throws for what it can say. */
export async function diagnoseHost({ name, client, apps }: HostView): Promise<Finding[]> {
  const findings: Finding[] = [];
  const say = (status: Finding['status'], check: string, detail: string, fix?: string) =>
    findings.push({ check, host: name, status, detail, ...(fix === undefined ? {} : { fix }) });
  try {
    const about = await client.about();
    say('ok', 'connection', 'logged in; the host key is known');
    judgeVersion(about.version, say);
    for (const { rule, subjects, title, advice } of judgeAbout(about)) {
      if (rule !== 'version-old') say('warning', subjects[0] ?? rule, title, advice);
    }
    const plugins = about.plugins
      .filter(({ core, enabled }) => !core && enabled)
      .map(({ name: plugin }) => plugin);
    say('ok', 'plugins', plugins.length === 0 ? 'no plugins beside the core ones' : plugins.join(', '));
    if (!about.plugins.some(({ name: plugin }) => plugin === 'letsencrypt')) {
      say(
        'warning',
        'letsencrypt',
        'the plugin is missing, so certificates cannot be renewed from here',
        'An administrator runs on the host: sudo dokku plugin:install https://github.com/dokku/dokku-letsencrypt.git',
      );
    }
    const { durationMs } = await client.execute({ name: 'version', args: [] });
    if (durationMs > SLOW_MS) {
      say(
        'warning',
        'speed',
        `a tiny command takes ${Math.round(durationMs)} ms`,
        'Look at ~/.bashrc of the dokku user (it is read for every command) and at the distance to the host.',
      );
    } else say('ok', 'speed', `${Math.round(durationMs)} ms for a tiny command`);
    const names = await apps.names();
    say('ok', 'apps', `${names.length} app${names.length === 1 ? '' : 's'}`);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { check, detail, fix } = explain(error);
    say('failed', check, detail, fix);
  }
  return findings;
}

/** Where the way to the host is broken, and the next step for exactly that. */
function explain(error: DomainError): { check: string; detail: string; fix: string } {
  if (error.code === 'UNEXPECTED_OUTPUT' || error.code === 'COMMAND_FAILED') {
    return {
      check: 'dokku',
      detail: `the login works, but what answers is not Dokku: ${error.message}`,
      fix: 'Log in as the user dokku (dokku@host), whose key was added with dokku ssh-keys:add.',
    };
  }
  const { message, remedy } = error;
  if (error.code !== 'HOST_UNREACHABLE') return { check: 'connection', detail: message, fix: remedy };
  const fix = /resolve/i.test(message)
    ? 'Check the spelling of the host name, and whether this machine can resolve it.'
    : /refused/i.test(message)
      ? 'The machine answers, but no ssh server on that port: check --port, and that sshd runs there.'
      : 'Check the address, the network and the firewall between here and the host.';
  return { check: 'connection', detail: message, fix };
}

function judgeVersion(
  version: string,
  say: (status: Finding['status'], check: string, detail: string, fix?: string) => void,
): void {
  if (compareVersions(version, OLDEST) < 0) {
    say(
      'failed',
      'version',
      `Dokku ${version} is older than ${OLDEST}: its argument parser cannot carry quoted values`,
      'Upgrade Dokku.',
    );
    return;
  }
  const level =
    compareVersions(version, FULL) >= 0
      ? 'fully supported'
      : compareVersions(version, '0.38.0') >= 0
        ? 'supported; some lists are read as text'
        : 'basic support: no build records, so deploys are followed by their lock only';
  say(compareVersions(version, '0.38.0') >= 0 ? 'ok' : 'warning', 'version', `Dokku ${version}, ${level}`);
}
