import { describe, expect, it } from 'vitest';
import {
  errorLine,
  listeningPorts,
  listensElsewhere,
  missingVariable,
  portOf,
  refusedLine,
} from './clues.ts';

describe('the variable that an app misses', () => {
  it.each([
    ['fatal: required setting DATABASE_URL is missing', 'DATABASE_URL'],
    ['Error: Missing required environment variable: STRIPE_KEY', 'STRIPE_KEY'],
    ['Missing environment variable "API_TOKEN"', 'API_TOKEN'],
    ["KeyError: 'SECRET_KEY'", 'SECRET_KEY'],
    ['key not found: "RAILS_MASTER_KEY" (KeyError)', 'RAILS_MASTER_KEY'],
    ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.', 'SECRET_KEY'],
    ['panic: environment variable PORT_NAME is not set', 'PORT_NAME'],
    ['/start.sh: line 3: DB_HOST: unbound variable', 'DB_HOST'],
    ['sh: REDIS_URL: parameter null or not set', 'REDIS_URL'],
    ['Environment variable not found: DATABASE_URL.', 'DATABASE_URL'],
    ['JWT_SECRET is required', 'JWT_SECRET'],
    ['JWT_SECRET must be set', 'JWT_SECRET'],
    ['Error: SENTRY_DSN environment variable is missing', 'SENTRY_DSN'],
    ['Error: process.env.API_KEY is undefined', 'API_KEY'],
  ])('%s', (line, name) => expect(missingVariable(['booting', line, 'exit'])?.value).toBe(name));

  it.each([
    'fatal: cannot open config/app.yml',
    'ERROR: not found',
    'TypeError: undefined is not a function',
    'DATABASE_URL is set',
    'connected to DATABASE_URL',
    'GET /required 404 not found',
    'relation "users" does not exist',
    'HTTP is not configured',
  ])('%s names none', (line) => expect(missingVariable([line])).toBeUndefined());
});

describe('the ports on which an app listens', () => {
  it.each([
    ['listening on 5000 version 1', 5000],
    ['Listening on port 3000', 3000],
    ['Server running at http://0.0.0.0:8080/', 8080],
    ['* Listening on tcp://0.0.0.0:9292', 9292],
    ['[INFO] Listening at: http://127.0.0.1:8000 (7)', 8000],
    ['Example app listening on port: 4000', 4000],
    ['INFO: Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', 8000],
    ['Tomcat started on port(s): 8080 (http)', 8080],
  ])('%s', (line, port) => expect(listeningPorts([line]).map(({ value }) => value)).toEqual([port]));

  it.each([
    'started at 10:15:30',
    'ready in 1200 ms',
    'running migration 0042',
    'listening',
    '10:15 listening for jobs',
  ])('%s names none', (line) => expect(listeningPorts([line])).toEqual([]));
});

it('reads where the check found the app', () => {
  const line =
    "Failure in name='port listening check': container listening on expected IPv4 interface with an unexpected port: expected=5000 actual=5001";
  expect(listensElsewhere([line])?.value).toEqual({ expected: 5000, actual: '5001' });
  expect(portOf(':::5001')).toBe(5001);
  expect(portOf('none')).toBeUndefined();
});

it('tells errors and refused connections from other words', () => {
  expect(errorLine(['listening on 5000'])).toBeUndefined();
  expect(errorLine(['panic: boom'])?.value).toBe('panic');
  expect(refusedLine(['dial tcp 172.17.0.3:5432: connect: connection refused'])).toBeDefined();
  expect(refusedLine(['ready'])).toBeUndefined();
});
