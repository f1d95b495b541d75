import { DomainError, ValidationError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import type { Answer, Plan } from '../operation.ts';
import type { CertsInput } from './certs-set.ts';

const INSTALL =
  'An administrator runs on the host: sudo dokku plugin:install https://github.com/dokku/dokku-letsencrypt.git';
/** An order takes 12-37 s (measured), with a slow authority minutes. */
const ORDER_MS = 300_000;

/** Plans around the letsencrypt plugin. Faults: UNSUPPORTED with what an administrator runs when it is missing. */
export async function letsencryptPlan(input: CertsInput, context: Context): Promise<Plan> {
  await requirePlugin(context);
  const { action, app, email } = input;
  if (action === 'letsencrypt_auto_renew') {
    return {
      summary: "Renew certificates of Let's Encrypt daily",
      effect: 'reversible',
      commands: [{ name: 'letsencrypt:cron-job', args: ['--add'] }],
      consequences: ['A line in the crontab of the dokku user renews what ends within 30 days.'],
      facts: { action },
      inverse: [{ name: 'letsencrypt:cron-job', args: ['--remove'] }],
    };
  }
  if (action === 'letsencrypt_email') {
    if (email === undefined) throw new ValidationError('email', 'letsencrypt_email needs it');
    const scope = app ?? '--global';
    return {
      summary: `Set the e-mail address for Let's Encrypt of ${app ?? 'the host'}`,
      effect: 'reversible',
      ...(app === undefined ? {} : { app }),
      commands: [{ name: 'letsencrypt:set', args: [scope, 'email', email] }],
      consequences: ['The certificate authority gets this address.'],
      facts: { scope, before: await emailOf(app, context) },
    };
  }
  if (app === undefined) throw new ValidationError('app', `${action} needs the app`);
  return action === 'letsencrypt_disable' ? await disable(app, context) : await enable(app, context);
}

async function enable(app: string, context: Context): Promise<Plan> {
  const { infrastructure, apps, signal } = context;
  const [before, email, { apps: summaries }] = await Promise.all([
    infrastructure.certificate(app, signal),
    emailOf(app, context),
    apps.getAll(signal),
  ]);
  const domains = summaries.find(({ name }) => name === app)?.domains ?? [];
  if (email === '') {
    throw new DomainError('CONFLICT', {
      reason: `No e-mail address is set for ${app}, and the certificate authority wants one.`,
      wayOut: 'Set one first: certs_set with action letsencrypt_email and email (without app for all apps).',
    });
  }
  if (domains.length === 0) {
    throw new DomainError('CONFLICT', {
      reason: `${app} has no domain that a certificate could be for.`,
      wayOut: 'Add one with domains_set.',
    });
  }
  return {
    summary: `${before === undefined ? 'Get' : 'Renew'} a certificate from Let's Encrypt for ${app}`,
    effect: 'reversible',
    app,
    commands: [{ name: 'letsencrypt:enable', args: [app], deadlineMs: ORDER_MS }],
    consequences: [
      `It will be for ${domains.join(', ')}: each of them has to lead to this host on port 80 (domains_info with check dns tells).`,
      'It takes 12 to 40 seconds; a mapping of port 80 stays in the port map.',
      ...(before === undefined
        ? []
        : [
            "A certificate of Let's Encrypt for just these domains is kept until 30 days before its end; any other is replaced.",
          ]),
    ],
    facts: { app, domains, before: before?.until ?? null },
  };
}

async function disable(app: string, { infrastructure, signal }: Context): Promise<Plan> {
  const before = await infrastructure.certificate(app, signal);
  return {
    summary: `Switch Let's Encrypt off for ${app}`,
    effect: 'destructive',
    app,
    commands: [{ name: 'letsencrypt:disable', args: [app] }],
    consequences: [
      before === undefined
        ? `${app} has no certificate.`
        : `It removes the certificate of ${app} (issued by ${before.issuer || 'unknown'}), whoever issued it; the app then answers on http only.`,
    ],
    facts: { app, before: before?.until ?? null },
    typedName: app,
  };
}

/** What is so after the job or the address was set. Faults: NOT_APPLIED. */
export async function readRenewal(
  { app, action, email }: CertsInput,
  context: Context,
): Promise<
  Answer<{ app?: string; enabled: boolean; names: string[]; uncovered: string[]; auto_renew?: boolean }>
> {
  const empty = { names: [], uncovered: [], ...(app === undefined ? {} : { app }) };
  const refuse = (command: string, found: string): DomainError =>
    new DomainError('NOT_APPLIED', { command, found, wayOut: 'Call again, or ask an administrator.' });
  if (action === 'letsencrypt_email') {
    const found = await emailOf(app, context);
    if (found !== email) throw refuse('letsencrypt:set', 'another address, or none');
    return {
      data: { ...empty, enabled: false },
      text: `The address is set for ${app ?? 'all apps'}, read back.`,
    };
  }
  const { stdout } = await context.client.execute(
    { name: 'letsencrypt:cron-job', args: [] },
    { signal: context.signal },
  );
  if (/not enabled/.test(stdout)) throw refuse('letsencrypt:cron-job', 'the job is not there');
  return {
    data: { ...empty, enabled: true, auto_renew: true },
    text: 'Certificates are renewed daily, read back.',
  };
}

/** The address in force; empty when none is set (the single key then ends with 1, `not deployed`). */
async function emailOf(app: string | undefined, { client, signal }: Context): Promise<string> {
  const args = app === undefined ? ['--global', '--format', 'json'] : [app, '--letsencrypt-computed-email'];
  const { exit, stdout } = await client.execute(
    { name: 'letsencrypt:report', args },
    { accept: [1], signal },
  );
  if (exit !== 0) return '';
  if (app !== undefined) return stdout.trim();
  const [, email = ''] = /"global-email":"([^"]*)"/.exec(stdout) ?? [];
  return email;
}

async function requirePlugin({ client, signal }: Context): Promise<void> {
  const { plugins } = await client.about(signal);
  if (plugins.some(({ name, enabled }) => name === 'letsencrypt' && enabled)) return;
  throw new DomainError('UNSUPPORTED', {
    what: "A certificate from Let's Encrypt",
    needs: 'the plugin letsencrypt, which this host does not have',
    wayOut: INSTALL,
  });
}
