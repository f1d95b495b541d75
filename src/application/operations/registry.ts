import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';
import { EnvKey } from '../../domain/names.ts';
import { defineChange } from '../operation.ts';
import type { Command } from '../ports.ts';
import { app } from './fields.ts';

const word = (what: string) =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,250}$/, `is ${what} without blanks and no flag`);

export const registrySet = defineChange({
  name: 'registry_set',
  listed: false,
  title: 'Log in to or out of a docker registry',
  description:
    'Credentials with which an app, or the host, pulls and pushes images (docker login). The password comes from the server (file or env), travels on standard input and is never shown.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({
    app: app.optional().describe('Leave out for the whole host'),
    action: z.enum(['login', 'logout']),
    server: word('a registry like ghcr.io'),
    username: word('a name').optional(),
    password: z
      .union([z.strictObject({ file: z.string().min(1).max(4096) }), z.strictObject({ env: EnvKey })])
      .optional(),
  }),
  output: z.object({ app: z.string().optional(), server: z.string(), logged_in: z.boolean() }),
  async plan({ app, action, server, username, password }, { apps, references, fingerprint, signal }) {
    if (app !== undefined && !(await apps.names(signal)).includes(app)) await apps.getByName(app, signal);
    const scope = app ?? '--global';
    const shared = { effect: 'disruptive' as const, ...(app === undefined ? {} : { app }) };
    if (action === 'logout') {
      return {
        ...shared,
        summary: `Log ${app ?? 'the host'} out of ${server}`,
        commands: [{ name: 'registry:logout', args: [scope, server] }],
        consequences: ['Private images of this registry can no longer be pulled.'],
        facts: { scope, server },
      };
    }
    if (username === undefined) throw new ValidationError('username', 'login needs it');
    if (password === undefined) {
      throw new ValidationError('password', 'login needs it', {
        wayOut: 'Give {"env": NAME} or {"file": PATH}: it is read on the server and never shown.',
      });
    }
    const secret = 'env' in password ? references.env(password.env) : await references.file(password.file);
    const command: Command = {
      name: 'registry:login',
      args: ['--password-stdin', scope, server, username],
      stdin: secret,
      secrets: [secret],
    };
    return {
      ...shared,
      summary: `Log ${app ?? 'the host'} in to ${server} as ${username}`,
      effect: 'reversible',
      commands: [command],
      consequences: ['Docker keeps the password on the host, readable to its administrators.'],
      facts: { scope, server, username, password: fingerprint(secret) },
      inverse: [{ name: 'registry:logout', args: [scope, server] }],
    };
  },
  async readBack({ app, action, server }, _context, { results }) {
    const loggedIn = action === 'login' && results.length > 0;
    return {
      data: { server, logged_in: loggedIn, ...(app === undefined ? {} : { app }) },
      text:
        action === 'logout'
          ? `${app ?? 'The host'} is logged out of ${server}.`
          : loggedIn
            ? `The registry took the login of ${app ?? 'the host'} at ${server}; Dokku shows no logins, so this rests on its answer.`
            : 'Dokku shows no logins, so nobody can tell whether it was taken; log in again.',
    };
  },
});
