import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';
import { freePort, type Sshd, startSshd } from '../support/sshd.ts';

interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'failed';
  detail: string;
  fix?: string;
}

/** The findings of `doctor --json`, and that its exit code says the same. */
async function doctor(...words: string[]): Promise<{ ok: boolean; findings: Finding[]; failed: Finding[] }> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...words]);
  expect(stderr).toBe('');
  const answer = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  expect(code).toBe(answer.ok ? 0 : 1);
  return { ...answer, failed: answer.findings.filter(({ status }) => status === 'failed') };
}

/** A forced command that answers as a Dokku of this version, as far as doctor asks. */
function oldDokku(version: string): string {
  const plugins = `echo "  apps  ${version} enabled    dokku core apps plugin"`;
  return `case "$SSH_ORIGINAL_COMMAND" in *plugin:list*) ${plugins} ;; *apps:list*) echo "=====> My Apps" ;; *) echo "dokku version ${version}" ;; esac`;
}

async function configOf(sshd: Sshd): Promise<string> {
  const { destination, port, identity, knownHosts } = sshd;
  const path = join(sshd.directory, 'config.json');
  const box = { destination, port, identity, known_hosts: knownHosts };
  await writeFile(path, JSON.stringify({ dokku: { hosts: { box } } }));
  return path;
}

describe('doctor', () => {
  let sim: SimulatedDokku;
  const reach = (sshd: Sshd) => ['--host', sshd.destination, '--port', String(sshd.port)];
  beforeAll(async () => {
    sim = await startSimulatedDokku();
    await sim.given('apps:create shop');
  });
  afterAll(() => sim.stop());

  test('a good host is good', async () => {
    const { ok, findings } = await doctor('--config', sim.config);
    expect(ok).toBe(true);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['ssh', 'hosts', 'connection', 'version', 'plugins', 'apps']),
    );
    expect(findings.find(({ check }) => check === 'version')?.detail).toBe('Dokku 0.38.27, fully supported');
    expect(findings.find(({ check }) => check === 'apps')?.detail).toBe('1 app');
    expect(findings.find(({ check }) => check === 'letsencrypt')).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('plugin:install'),
    });
    expect(sim.changes()).toEqual([]);
  });

  test('for a person it prints a line per check, and how to mend it', async () => {
    const { code, stdout } = await runCli(['doctor', '--config', sim.config]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ connection \(sim\): logged in; the host key is known$/m);
    expect(stdout).toMatch(/^! letsencrypt \(sim\): .*\n {4}→ An administrator runs on the host: /m);
  });

  test('no host', async () => {
    const { failed } = await doctor();
    expect(failed).toEqual([
      {
        check: 'hosts',
        status: 'failed',
        detail: 'no host is configured',
        fix: 'Set DOKKU_HOST=dokku@your-host or pass --host.',
      },
    ]);
  });

  test('an unknown host key', async () => {
    const config = sim.configure({}, { known_hosts: '/dev/null' });
    const { failed } = await doctor('--config', config);
    expect(failed).toMatchObject([{ check: 'connection', detail: expect.stringContaining('is not known') }]);
    expect(failed[0]?.fix).toMatch(/ssh-keyscan|known_hosts/);
  });

  test('a key that the host does not take', async () => {
    const config = sim.configure({}, { identity: sim.sshd.strangerIdentity });
    const { failed } = await doctor('--config', config);
    expect(failed).toMatchObject([
      { check: 'connection', detail: expect.stringContaining('refused the login') },
    ]);
    expect(failed[0]?.fix).toContain('dokku ssh-keys:add');
  });

  test('nobody listens there', async () => {
    const { failed } = await doctor('--host', 'dokku@127.0.0.1', '--port', String(await freePort()));
    expect(failed).toMatchObject([{ check: 'connection', detail: expect.stringContaining('Cannot reach') }]);
    expect(failed[0]?.fix).toContain('no ssh server on that port');
  });

  test.each([
    ['prints nonsense', 'echo Welcome to my box', 'what answers is not Dokku'],
    ['refuses the command', 'echo no such command >&2; exit 127', 'what answers is not Dokku'],
    ['is too old', oldDokku('0.30.1'), 'Dokku 0.30.1 is older than 0.34.0'],
  ])('a host that %s', async (_what, script, words) => {
    const sshd = await startSshd({ forcedCommand: script });
    const { failed } = await doctor('--config', await configOf(sshd));
    await sshd.stop();
    expect(failed.map(({ detail }) => detail).join('\n')).toContain(words);
    expect(failed.every(({ fix }) => fix !== undefined)).toBe(true);
  });

  test('an old host that still works is warned about', async () => {
    const sshd = await startSshd({ forcedCommand: oldDokku('0.35.2') });
    const { ok, findings } = await doctor('--config', await configOf(sshd));
    await sshd.stop();
    expect(ok).toBe(true);
    expect(findings).toContainEqual(
      expect.objectContaining({
        status: 'warning',
        detail: expect.stringMatching(/^Dokku 0\.35\.2, basic support/),
      }),
    );
  });

  test('no error is a stack trace', async () => {
    const { stdout, stderr } = await runCli(['doctor', ...reach(sim.sshd)]);
    expect(stdout + stderr).not.toMatch(/^ +at /m);
  });
});
