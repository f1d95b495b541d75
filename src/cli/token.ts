import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { READ_SCOPE, WRITE_SCOPE } from '../application/principal.ts';
import { TokenSchema } from '../config/http-schema.ts';
import { loadConfig } from '../config/load.ts';
import { ValidationError } from '../domain/errors.ts';
import { revocationKey } from '../infrastructure/auth/authenticator.ts';
import { hashToken } from '../infrastructure/auth/static-tokens.ts';
import { FileStore } from '../infrastructure/state/file-store.ts';
import { common, flags, print, warn } from './options.ts';

/** `token`: makes tokens for HTTP, and takes those of an authorization server back. */
export function tokenCommand(program: Command): void {
  const token = program.command('token').description('tokens for HTTP');
  token
    .command('new')
    .description('a token, and the entry by which the server knows it')
    .argument('<name>', 'who gets it, for the audit')
    .option('--role <name>', 'role that the policy knows it by', 'operator')
    .option('--write', 'it may change something; otherwise it reads')
    .action((name: string, { role, write }: { role: string; write?: boolean }) => {
      const secret = `dmt_${randomBytes(32).toString('base64url')}`;
      const sha256 = hashToken(secret).toString('hex');
      const scopes = write === true ? [READ_SCOPE, WRITE_SCOPE] : [READ_SCOPE];
      const entry = TokenSchema.safeParse({ name, role, sha256, scopes });
      if (!entry.success) {
        const [issue] = entry.error.issues;
        throw new ValidationError(String(issue?.path[0] ?? 'name'), issue?.message ?? 'is not valid');
      }
      print(secret);
      const list = scopes.map((scope) => `"${scope}"`).join(', ');
      warn(`Shown once. The server keeps only this, under security.tokens:
  - { name: ${name}, role: ${role}, sha256: ${sha256}, scopes: [${list}] }`);
    });
  common(token.command('revoke'))
    .description('a token of the authorization server is good no longer, from the next request on')
    .argument('<jti>', 'id of the token; the audit tells it')
    .action(async (jti: string, _options, command: Command) => {
      if (jti === '') throw new ValidationError('jti', 'is the id of a token');
      const { stateDir } = loadConfig(flags(command), process.env);
      await new FileStore(stateDir).put(revocationKey(jti), { at: Date.now() });
      print(`Revoked: ${jti}`);
    });
}
