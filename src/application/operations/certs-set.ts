import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import type { InstalledCertificate } from '../../domain/infrastructure/certificate.ts';
import { day, uncovered } from '../../domain/infrastructure/certificate.ts';
import { EnvKey } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import { type Answer, type Done, defineChange, type Plan } from '../operation.ts';
import { installPlan, Leaf } from './certs-install.ts';
import { letsencryptPlan, readRenewal } from './certs-letsencrypt.ts';
import { leftByRefusal } from './certs-ports.ts';
import { app } from './fields.ts';

const Pem = z.union([
  z.string().min(1).max(200_000),
  z.strictObject({ file: z.string().min(1).max(4096) }),
  z.strictObject({ env: EnvKey }),
]);

const Input = z.strictObject({
  app: app.optional().describe('App; leave out only for letsencrypt_email and letsencrypt_auto_renew'),
  action: z.enum([
    'set',
    'remove',
    'letsencrypt_enable',
    'letsencrypt_disable',
    'letsencrypt_email',
    'letsencrypt_auto_renew',
  ]),
  certificate: Pem.optional().describe(
    'PEM with the chain, or {"file": PATH} or {"env": NAME} on the server',
  ),
  key: Pem.optional().describe(
    'PEM private key; better {"file": PATH} or {"env": NAME}, which you never see',
  ),
  other_names: z.boolean().default(false).describe('Send it although it covers none of the domains'),
  email: z.email().max(254).optional(),
});
export type CertsInput = z.output<typeof Input>;

const Output = z.object({
  app: z.string().optional(),
  enabled: z.boolean(),
  until: z.string().optional(),
  names: z.array(z.string()),
  uncovered: z.array(z.string()),
  auto_renew: z.boolean().optional(),
});

export const certsSet = defineChange({
  name: 'certs_set',
  listed: false,
  title: 'Install, remove or renew a TLS certificate',
  description:
    "Add or replace the certificate of an app (checked against its key, dates, chain and domains before anything is sent), remove it, or get one from Let's Encrypt (TLS, HTTPS, SSL, renew).",
  effect: 'destructive',
  isSevere: ({ action }) => action === 'remove' || action === 'letsencrypt_disable',
  idempotent: true,
  input: Input,
  output: Output,
  async plan(input, context): Promise<Plan> {
    if (input.action === 'set') return await installPlan({ ...input, app: needed(input) }, context);
    if (input.action === 'remove') return await removalPlan(needed(input), context);
    return await letsencryptPlan(input, context);
  },
  async readBack(input, context, done) {
    const { app, action } = input;
    if (action === 'letsencrypt_auto_renew' || action === 'letsencrypt_email') {
      return await readRenewal(input, context);
    }
    const name = needed(input);
    const now = await context.infrastructure.certificate(name, context.signal);
    const domains = await domainsOf(name, context);
    refuseOther(input, now, done, context.clock.now());
    return answer(app, now, domains);
  },
  async explain(input, context, failure) {
    const { app, action } = input;
    if (action !== 'set' || app === undefined || !DomainError.is(failure, 'COMMAND_FAILED')) return failure;
    const stored = await context.infrastructure.certificate(app, context.signal);
    if (stored === undefined) return failure;
    const found = await context.apps.getByName(app, context.signal);
    return new DomainError(
      'COMMAND_FAILED',
      { ...failure.details, ...(await leftByRefusal(found, context)) },
      { cause: failure },
    );
  },
});

function needed({ app, action }: CertsInput): string {
  if (app === undefined) throw new ValidationError('app', `${action} needs the app`);
  return app;
}

async function removalPlan(app: string, context: Context): Promise<Plan> {
  const before = await context.infrastructure.certificate(app, context.signal);
  if (before === undefined) {
    throw new DomainError('NO_CHANGE', {
      app,
      reason: `${app} has no certificate.`,
      wayOut: 'certs_info shows which apps have one.',
    });
  }
  return {
    summary: `Remove the certificate of ${app}`,
    effect: 'destructive',
    app,
    commands: context.infrastructure.removeCertificate(app),
    consequences: [
      `It is for ${before.names.join(', ') || 'no name'}${before.until === undefined ? '' : `, valid until ${day(before.until)}`}. Dokku keeps no copy of it or of its key.`,
      'From then on the app answers on http only; browsers that have seen HSTS refuse it.',
    ],
    facts: { app, until: before.until ?? null, names: before.names },
    typedName: app,
  };
}

/** Dokku reports success whatever it stored, so what is stored is compared with what was meant. */
function refuseOther(
  input: CertsInput,
  found: InstalledCertificate | undefined,
  { plan }: Done,
  now: number,
): void {
  const wrong = difference(input, found, plan, now);
  if (wrong === undefined) return;
  throw new DomainError('NOT_APPLIED', {
    command: plan.commands[0]?.name ?? 'certs',
    found: wrong,
    wayOut: 'Another change may have come between; call certs_info and decide anew.',
  });
}

function difference(
  { action }: CertsInput,
  found: InstalledCertificate | undefined,
  { facts }: Plan,
  now: number,
): string | undefined {
  const until = found?.until === undefined ? 'an unknown day' : day(found.until);
  if (action === 'remove' || action === 'letsencrypt_disable') {
    return found === undefined ? undefined : `there is a certificate until ${until}`;
  }
  if (found === undefined) return 'there is no certificate';
  if (action === 'letsencrypt_enable') {
    return found.until !== undefined && found.until <= now ? `the certificate ended on ${until}` : undefined;
  }
  const meant = Leaf.parse(facts);
  const same = found.until === undefined || Math.abs(found.until - meant.until) < 1000;
  return same && uncovered(found.names, meant.names).length === 0
    ? undefined
    : `the certificate is another one (until ${until}, for ${found.names.join(', ')})`;
}

async function domainsOf(app: string, { client, signal }: Context): Promise<readonly string[]> {
  const { stdout } = await client.execute(
    { name: 'domains:report', args: [app, '--domains-app-vhosts'] },
    { signal },
  );
  return stdout.split(/\s+/).filter((word) => word !== '');
}

function answer(
  app: string | undefined,
  found: InstalledCertificate | undefined,
  domains: readonly string[],
): Answer<z.input<typeof Output>> {
  const missing = found === undefined ? [] : uncovered(found.names, domains);
  const text =
    found === undefined
      ? `${app} has no certificate now; it answers on http only.`
      : `${app} has a certificate until ${found.until === undefined ? 'unknown' : day(found.until)} for ${found.names.join(', ')}, read back.${missing.length === 0 ? '' : ` It does not cover ${missing.join(', ')}.`}`;
  return {
    data: {
      enabled: found !== undefined,
      names: [...(found?.names ?? [])],
      uncovered: [...missing],
      ...(app === undefined ? {} : { app }),
      ...(found?.until === undefined ? {} : { until: new Date(found.until).toISOString() }),
    },
    text,
  };
}
