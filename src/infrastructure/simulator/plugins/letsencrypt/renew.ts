import { requireAppOfShell } from '../../access.ts';
import { Exit, type Handler, type Invocation } from '../../invocation.ts';
import { fail, info, title, verbose } from '../../output.ts';
import { withGlobalApp } from '../app-argument.ts';
import { enable } from './enable.ts';
import { everyExpiry, expiryOf, isActive, timespan } from './expiry.ts';

/** `letsencrypt:auto-renew [APP]`: a new certificate where the old one ends within the grace period. */
export const autoRenew: Handler = async (call) => {
  await call.sleep(85);
  const [name = ''] = withGlobalApp(call);
  return name === '' ? renewAll(call) : renewOne(call, name);
};

async function renewOne(call: Invocation, name: string): Promise<number> {
  const app = requireAppOfShell(call, name);
  if (!isActive(app)) {
    call.out(info(`Letsencrypt not enabled for ${app.name}`));
    return 0;
  }
  await call.sleep(150);
  const { untilRenewal } = expiryOf(call.host, app);
  if (untilRenewal < 0) {
    call.out(title(`Auto-renew ${app.name}...`));
    await enable(call, app.name, false);
  } else {
    call.out(verbose(`${app.name} still has ${timespan(untilRenewal)} left before renewal`));
  }
  return 0;
}

/** The app that is due first comes first; one that fails does not keep the others from theirs. */
async function renewAll(call: Invocation): Promise<number> {
  call.out(title('Auto-renewing all apps...'));
  await call.sleep(100);
  const due = everyExpiry(call.host).sort((a, b) => a.untilRenewal - b.untilRenewal);
  let failed = false;
  for (const { app, untilRenewal } of due) {
    if (untilRenewal < 0) {
      call.out(info(`${app.name} needs renewal`));
      if (!(await succeeds(() => enable(call, app.name, false)))) failed = true;
    } else {
      call.out(verbose(`${app.name} still has ${timespan(untilRenewal)} days left before renewal`));
    }
  }
  call.out(title('Finished auto-renewal'));
  if (failed) fail(call, 'One or more apps failed to have their certificates renewed');
  return 0;
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Exit) return false;
    throw error;
  }
}
