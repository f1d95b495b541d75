import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const DAY = 24 * 3_600_000;
const name = [['CN', 'shop.example.com']] as const;
const { certificate, key } = makeCertificate({
  subject: name,
  issuer: name,
  hostnames: ['shop.example.com'],
  from: Date.now() - DAY,
  until: Date.now() + 60 * DAY,
});
writeFileSync(join(folder, 'shop.key'), key);

describe.each(eras)('TLS where an image exposes its port, %s', (era) => {
  const on = stage(era, {
    given: ['blog', 'shop'].flatMap((app) => [
      `apps:create ${app}`,
      `domains:set ${app} ${app}.example.com`,
      `git:from-image ${app} demo/web:1`,
    ]),
    settings: { security: { secret_dirs: [folder] } },
  });
  const input = { app: 'shop', action: 'set', certificate, key: { file: join(folder, 'shop.key') } };
  const install = (more: object = {}) => on.call('command_execute', { name: 'certs_set', input, ...more });
  const mend = { app: 'shop', action: 'set', ports: ['http:80:5000', 'https:443:5000'] };
  const clashes = async () => {
    const { data } = await on.call('host_review');
    const findings = data.findings as { rule: string; subjects: string[]; call: unknown }[];
    return findings.filter(({ rule }) => rule === 'tls-port-clash');
  };

  test('the plan says to which port TLS comes, who is in the way, and the call that mends it', async () => {
    const { text } = await install({ mode: 'plan' });
    expect(text).toContain(
      'TLS comes to port 5000 (https:5000:5000), which the image exposes, and not to 443',
    );
    expect(text).toContain(`ports_set ${JSON.stringify(mend)} first`);
    expect(text).toContain(
      'blog serves port 5000 plainly: nginx then refuses the configuration of the whole host',
    );
    expect(on.sim.changes()).toEqual([]);
    expect(await clashes()).toEqual([]);
  });

  test('installed all the same, the review finds it, and its call mends it', async () => {
    const refused = await install();
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('no "ssl_certificate" is defined for the "listen ... ssl" directive');
    expect(refused.text).toContain('What stands now: the certificate of shop is stored');
    expect(refused.text).toContain(`blog serves port 5000 plainly: call ports_set ${JSON.stringify(mend)}`);
    const [finding, ...more] = await clashes();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'critical',
      subjects: ['shop', 'blog'],
      evidence: 'ports:report: blog http:5000:5000; shop https:5000:5000',
      call: { name: 'command_execute', arguments: { name: 'ports_set', input: mend } },
    });
    const said = await on.call('command_query', { name: 'nginx:validate-config', args: [] });
    expect(said.isError).toBe(true);
    const { call } = finding as unknown as { call: { name: string; arguments: Record<string, unknown> } };
    expect((await on.call(call.name, call.arguments)).data).toMatchObject({ status: 'applied' });
    expect(await clashes()).toEqual([]);
    expect((await on.call('command_query', { name: 'nginx:validate-config', args: [] })).isError).toBe(false);
  });

  test('with mappings that are set there is nothing to say', async () => {
    await on.sim.given('certs:remove shop');
    const { text } = await install({ mode: 'plan' });
    expect(text).not.toContain('TLS comes to port');
    expect(text).not.toContain('plainly');
  });
});
