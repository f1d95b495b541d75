import { requireAppOfShell, setProperty } from '../../access.ts';
import type { Handler } from '../../invocation.ts';
import { fail, info, title, verbose, warning } from '../../output.ts';
import { portsAfterCertificateRemoval } from '../../proxy/port-maps.ts';
import { writeProxyConfig } from '../../proxy.ts';
import { withGlobalApp } from '../app-argument.ts';
import { enable } from './enable.ts';
import { everyExpiry, isActive, timespan } from './expiry.ts';

const KEYS: ReadonlySet<string> = new Set([
  'dns-provider',
  'email',
  'graceperiod',
  'server',
  'lego-args',
  'lego-docker-options',
]);
const VALID_KEYS = 'dns-provider, dns-provider-*, email, graceperiod, server, lego-args, lego-docker-options';

/** `letsencrypt:active APP` */
export const active: Handler = async (call) => {
  await call.sleep(90);
  call.out(`${isActive(requireAppOfShell(call, withGlobalApp(call)[0]))}\n`);
  return 0;
};

/** `letsencrypt:enable APP|--all [--force]` */
export const enableCommand: Handler = async (call) => {
  await call.sleep(85);
  const force = call.args.some((word) => word === '--force' || word === '-f');
  const words = call.args.filter((word) => word !== '--force' && word !== '-f');
  const [name] = call.flags.app === undefined ? words : [call.flags.app];
  // The first app that fails ends the command.
  for (const app of name === '--all' ? call.host.appNames() : [name]) await enable(call, app, force);
  return 0;
};

/** `letsencrypt:disable APP`: whatever certificate the app has goes. */
export const disable: Handler = async (call) => {
  await call.sleep(90);
  const app = requireAppOfShell(call, withGlobalApp(call)[0]);
  call.out(info('Disabling letsencrypt for app'));
  call.out(verbose(`Removing letsencrypt files for ${app.name}`));
  delete app.letsencrypt;
  call.out(verbose(`Removing SSL endpoint from ${app.name}`));
  delete app.certificate;
  portsAfterCertificateRemoval(call.host, app);
  await call.sleep(150);
  await writeProxyConfig(call, app);
  await call.sleep(200);
  call.out(info('Done'));
  return 0;
};

/** `letsencrypt:cleanup APP`: the folders of earlier settings go. */
export const cleanup: Handler = async (call) => {
  await call.sleep(90);
  const app = requireAppOfShell(call, withGlobalApp(call)[0]);
  const { folders, current } = app.letsencrypt ?? {};
  if (folders === undefined || current === undefined) {
    fail(call, "Cannot resolve the 'current' certificate directory!");
  }
  call.out(title(`Cleaning up stale certificate directories for ${app.name}`));
  call.out(info(`  - current config hash ${current}`));
  for (const folder of [...folders.keys()].sort()) {
    if (folder === current) continue;
    call.out(info(`  - stale directory ${folder}`));
    folders.delete(folder);
  }
  return 0;
};

/** `letsencrypt:list`: no flag is read, and there is no other form. */
export const list: Handler = async (call) => {
  const row = (...cells: string[]): string => cells.map((cell) => cell.padEnd(25)).join(' ');
  await call.sleep(180);
  if (!call.flags.quiet) {
    const heading = row('Certificate Expiry', 'Time before expiry', 'Time before renewal');
    call.out(info(`${'App name'.padEnd(18)} ${heading}`));
  }
  if (call.host.apps.size === 0) call.err(warning("You haven't deployed any applications yet"));
  const known = everyExpiry(call.host);
  await call.sleep(60 * known.length);
  for (const { app, end, untilEnd, untilRenewal } of known.sort((a, b) => a.end - b.end)) {
    const at = new Date(end * 1000).toISOString();
    const date = `${at.slice(0, 10)} ${at.slice(11, 19)}`;
    call.out(`${row(app.name, date, timespan(untilEnd), timespan(untilRenewal))}\n`);
  }
  return 0;
};

/** `letsencrypt:set APP|--global KEY [VALUE]`, which shows the value, secret or not. */
export const set: Handler = async (call) => {
  await call.sleep(130);
  const [name = '', key = '', value = ''] = call.args;
  const target = name === '--global' ? name : requireAppOfShell(call, name);
  if (key === '') fail(call, 'No key specified');
  if (!KEYS.has(key) && !key.startsWith('dns-provider-')) {
    fail(call, `Invalid key specified, valid keys include: ${VALID_KEYS}`);
  }
  if (!call.flags.quiet) {
    call.out(title(value === '' ? `Unsetting ${key}` : `Setting ${key} to ${value}`));
  }
  setProperty(call.host, 'letsencrypt', target, key, value);
  return 0;
};

/** `letsencrypt:cron-job [--add|--remove]`: a crontab stays once there was one, if only an empty one. */
export const cronJob: Handler = async (call) => {
  await call.sleep(100);
  const { host } = call;
  const [flag = ''] = call.args;
  if (flag === '--add' || flag === '--remove') {
    await call.sleep(100);
    if (!host.crontab && !host.letsencrypt.crontab) call.err('no crontab for dokku\n');
    host.letsencrypt.autorenew = flag === '--add';
    host.letsencrypt.crontab = true;
    call.out(info(`${flag === '--add' ? 'Added cron job to' : 'Removed cron job from'} dokku's crontab.`));
    return 0;
  }
  if (flag !== '') {
    fail(call, `Invalid flag '${flag}', specify --add, --remove, or no flag to display status.`);
  }
  const { autorenew } = host.letsencrypt;
  if (!call.flags.quiet) call.out(title(`Auto-renew cron job is ${autorenew ? '' : 'not '}enabled`));
  const [option, word] = autorenew ? ['--remove', 'disable'] : ['--add', 'enable'];
  call.out(verbose(`Run 'dokku letsencrypt:cron-job ${option}' to ${word}.`));
  return 0;
};
