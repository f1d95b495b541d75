import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { DomainName } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import { defineChange } from '../operation.ts';
import { app } from './fields.ts';

const Input = z.strictObject({
  app: app.optional().describe('App name; leave out for the global domains of the host'),
  action: z.enum(['add', 'remove', 'set', 'clear']),
  domains: z.array(DomainName).max(50).default([]),
});
type Input = z.output<typeof Input>;

export const domainsSet = defineChange({
  name: 'domains_set',
  title: 'Change domains',
  description:
    "Add, remove, replace (set) or clear the domains of an app, or the host's global domains. Creates no DNS record and no certificate.",
  effect: 'disruptive',
  idempotent: true,
  input: Input,
  output: z.object({ app: z.string().optional(), domains: z.array(z.string()) }),
  async plan(input, context) {
    const { app, action, domains } = input;
    if (action === 'clear' ? domains.length > 0 : domains.length === 0) {
      throw new ValidationError(
        'domains',
        action === 'clear' ? 'clear takes none' : `${action} needs at least one`,
      );
    }
    const before = await read(input, context);
    const absent = action === 'remove' ? domains.find((domain) => !before.includes(domain)) : undefined;
    if (absent !== undefined) {
      throw new DomainError('NOT_FOUND', {
        what: 'domain of this app',
        name: absent,
        wayOut: `It has: ${before.join(', ') || 'none'}.`,
      });
    }
    const scope = app === undefined ? '-global' : '';
    const target = app === undefined ? [] : [app];
    const back =
      before.length === 0
        ? { name: `domains:clear${scope}`, args: target }
        : { name: `domains:set${scope}`, args: [...target, ...before] };
    return {
      summary: `${{ add: 'Add', remove: 'Remove', set: 'Set', clear: 'Clear' }[action]} domains of ${app ?? 'the host'}${domains.length === 0 ? '' : `: ${domains.join(', ')}`}`,
      effect: 'reversible',
      ...(app === undefined ? {} : { app }),
      commands: [{ name: `domains:${action}${scope}`, args: [...target, ...domains] }],
      consequences: [
        app === undefined
          ? 'Apps that are created later get their default domain from these; existing apps keep theirs.'
          : 'The proxy configuration is written again and nginx reloads (4 to 9 s); a certificate has to cover new names.',
      ],
      facts: { app: app ?? null, domains: before },
      inverse: [back],
      before: { domains: before },
    };
  },
  async observe(input, context) {
    return { domains: await read(input, context) };
  },
  async readBack(input, context) {
    const now = await read(input, context);
    const { action, domains } = input;
    const wrong =
      action === 'remove'
        ? domains.filter((domain) => now.includes(domain))
        : domains.filter((domain) => !now.includes(domain));
    const surplus =
      action === 'set' || action === 'clear'
        ? now.filter((name) => !domains.some((domain) => domain === name))
        : [];
    if (wrong.length + surplus.length > 0) {
      throw new DomainError('NOT_APPLIED', {
        command: `domains:${action}`,
        found: `the domains are ${now.join(', ') || 'none'}`,
        wayOut: 'Another change may have come between; look at the app with apps_info and call again.',
      });
    }
    return {
      data: { domains: [...now], ...(input.app === undefined ? {} : { app: input.app }) },
      text: `Domains of ${input.app ?? 'the host'} now: ${now.join(', ') || 'none'}.`,
    };
  },
});

async function read({ app }: Input, { client, signal }: Context): Promise<readonly string[]> {
  const args = app === undefined ? ['--global', '--domains-global-vhosts'] : [app, '--domains-app-vhosts'];
  const { stdout } = await client.execute({ name: 'domains:report', args }, { signal });
  return stdout.split(/\s+/).filter((word) => word !== '');
}
