import { requireAppOfShell } from '../../access.ts';
import type { Handler, Invocation } from '../../invocation.ts';
import { info, title } from '../../output.ts';
import type { SimulatedApp } from '../../state.ts';
import { withGlobalApp } from '../app-argument.ts';
import { challengeName, configure, requireEmail } from './enable.ts';
import { connect, log } from './lego.ts';
import { certificateDomains, settingsOf } from './settings.ts';

/** `letsencrypt:revoke APP`: says Done also when lego failed, which it does for every app with two domains. */
export const revoke: Handler = async (call) => {
  await call.sleep(80);
  const app = requireAppOfShell(call, withGlobalApp(call)[0]);
  call.out(title(`Revoke letsencrypt certificate from ${app.name}...`));
  requireEmail(call, app);
  if (app.proxyConfig === undefined) call.out(info('Setting temporary site'));
  call.out(info(`Revoking letsencrypt certificate for ${app.name} via ${challengeName(call, app)}`));
  const hash = configure(call, app);
  await call.sleep(550);
  if (await revokeEach(call, app, hash)) {
    call.out(info('Certificate revoked successfully.'));
    await call.run('certs:remove', [app.name]);
  } else {
    call.out(info('Certificate revocation failed (code 1)!'));
  }
  call.out(info('Done'));
  return 0;
};

/** lego revokes domain by domain, but only under the first of them has it a certificate. */
async function revokeEach(call: Invocation, app: SimulatedApp, hash: string): Promise<boolean> {
  const lego = { call, server: settingsOf(call.host, app).server };
  if ((await connect(lego)) === undefined) return false;
  const certificates = app.letsencrypt?.folders.get(hash);
  for (const domain of certificateDomains(app)) {
    log(lego, `Trying to revoke certificate for domain ${domain}`);
    if (certificates?.delete(domain) !== true) {
      const file = `/certs/certificates/${domain}.crt`;
      log(
        lego,
        `Error while revoking the certificate for domain ${domain}\n\topen ${file}: no such file or directory`,
      );
      return false;
    }
    log(lego, 'Certificate was revoked.');
    log(lego, `Certificate was archived for domain: ${domain}`);
  }
  return true;
}
