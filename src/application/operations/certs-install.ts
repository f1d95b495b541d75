import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';
import {
  day,
  reasonsAgainstPair,
  remarksOnPair,
  uncovered,
} from '../../domain/infrastructure/certificate.ts';
import type { CertificateFiles } from '../../domain/infrastructure/repository.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import { remarksOnPorts } from './certs-ports.ts';
import type { CertsInput } from './certs-set.ts';

/** What the plan remembers of the certificate that it sends, to compare with what is there afterwards. */
export const Leaf = z.object({ until: z.number(), names: z.array(z.string()) });

/**
 * The plan that sends a pair, after everything about it was checked here: Dokku stores any pair with exit 0, and nginx
 * then refuses its next reload for all apps. Faults: INVALID_ARGUMENT naming `certificate` or `key`.
 */
export async function installPlan(
  input: Omit<CertsInput, 'app'> & { readonly app: string },
  context: Context,
): Promise<Plan> {
  const { app, other_names } = input;
  const { certificates, infrastructure, apps, clock, signal } = context;
  const files: CertificateFiles = {
    certificate: await resolve('certificate', input.certificate, context),
    key: await resolve('key', input.key, context),
  };
  const pair = certificates.inspect(files);
  const now = clock.now();
  const [against] = reasonsAgainstPair(pair, now);
  if (against !== undefined) {
    const field = pair.keyFits ? 'certificate' : 'key';
    throw new ValidationError(field, against, {
      wayOut: 'Nothing was sent; give the pair that belongs together. The key is never shown.',
    });
  }
  const before = await infrastructure.certificate(app, signal);
  const found = await apps.getByName(app, signal);
  const { domains } = found;
  const [leaf] = pair.chain;
  const names = leaf?.names ?? [];
  if (!other_names && domains.length > 0 && uncovered(names, domains).length === domains.length) {
    throw new ValidationError(
      'certificate',
      `it is for ${names.join(', ') || 'no host name'} and covers none of the domains of ${app} (${domains.join(', ')})`,
      { wayOut: 'Give the right one, add the domain first (domains_set), or say other_names: true.' },
    );
  }
  return {
    summary: `${before === undefined ? 'Install' : 'Replace'} the certificate of ${app}`,
    effect: 'disruptive',
    app,
    commands: infrastructure.installCertificate(app, files, before !== undefined),
    consequences: [
      ...remarksOnPair(pair, domains, now),
      ...(before === undefined
        ? [
            'The app answers on https from then on, and http redirects there.',
            ...(await remarksOnPorts(found, context)),
          ]
        : [
            `It replaces the one${before.until === undefined ? '' : ` until ${day(before.until)}`}; Dokku keeps no copy.`,
          ]),
    ],
    facts: {
      app,
      until: leaf?.until ?? 0,
      names,
      fingerprint: leaf?.fingerprint ?? '',
      before: before?.until ?? null,
    },
    ...(before === undefined ? { inverse: infrastructure.removeCertificate(app) } : {}),
  };
}

async function resolve(
  field: 'certificate' | 'key',
  given: CertsInput['key'],
  { references }: Context,
): Promise<string> {
  if (given === undefined) throw new ValidationError(field, 'set needs it');
  if (typeof given === 'string') return given;
  return 'env' in given ? references.env(given.env) : await references.file(given.file);
}
