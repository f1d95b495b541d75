import { expect, it } from 'vitest';
import { namesSecret } from './secret-names.ts';

it.each([
  ...['PASSWORD', 'DB_PASSWORD', 'PGPASSWORD', 'MYSQL_ROOT_PASSWORD', 'db.passwd', 'SMTP_PASS', 'REDIS_PWD'],
  ...['API_TOKEN', 'apiToken', 'access_token', 'GITHUB_TOKEN', 'ghToken', 'SECRET', 'CLIENT_SECRET'],
  ...[
    'STRIPE_KEY',
    'API_KEY',
    'apikey',
    'X-Api-Key',
    'AWS_SECRET_ACCESS_KEY',
    'private_key',
    'SECRET_KEY_BASE',
  ],
  ...['SENTRY_DSN', 'credentials', 'JWT_SECRET', 'password_salt', 'X-Amz-Signature'],
])('%s names a secret', (name) => expect(namesSecret(name)).toBe(true));

it.each([
  ...[
    'TOKEN_TTL',
    'PASSWORD_MIN_LENGTH',
    'max_tokens',
    'SECRET_NAME',
    'tokens',
    'PUBLIC_KEY',
    'ssh_public_key',
  ],
  ...['key', 'KEY', 'cache_key', 'DATABASE_HOST', 'PORT', 'status', 'compass', 'bypass', 'author', ''],
])('%s does not', (name) => expect(namesSecret(name)).toBe(false));
