import { describe, expect, it } from 'vitest';
import { DomainError, type FailureCode, ValidationError } from './errors.ts';
import { failures } from './failures.ts';

/** Every field that any message or remedy reads. */
const details = {
  diagnosis: 'D',
  field: 'f',
  reason: 'r',
  app: 'shop',
  what: 'w',
  name: 'n',
  command: 'c:d',
  exit: 1,
  excerpt: 'e',
  explanation: 'why',
  host: 'h',
  remedy: 'do it',
  ms: 1500,
  sent: true,
  found: 'x',
  wayOut: 'go',
  phase: 'build',
  cause: 'c',
  advice: 'a',
  summary: 's',
  effect: 'destructive',
  digest: 'd',
  rule: 'r',
  id: 'i',
  needs: 'n',
  done: ['a:b'],
  failed: 'c:d',
  kind: 'reads',
  retry_after_seconds: 7,
  plan: 'p',
  expired: 'e',
  plugin: 'p',
  installed: ['q'],
};

describe('the table of failures', () => {
  it.each(Object.keys(failures) as FailureCode[])('%s says what happened and what to do next', (code) => {
    const error = new DomainError(code, details as never);
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/undefined|\[object/);
    expect(error.message.length).toBeGreaterThan(0);
    expect(error.remedy).not.toMatch(/undefined|\[object/);
    expect(error.remedy.length).toBeGreaterThan(0);
    expect(DomainError.is(error, code)).toBe(true);
  });

  it('calls only that retryable which changed nothing', () => {
    const retryable = Object.keys(failures).filter(
      (code) => new DomainError(code as FailureCode, details as never).retryable,
    );
    expect(retryable).toEqual(['LOCKED', 'HOST_UNREACHABLE', 'LINK_LOST', 'IN_PROGRESS', 'RATE_LIMITED']);
  });

  it('offers near names first', () => {
    expect(new DomainError('APP_NOT_FOUND', { app: 'shp', nearest: ['shop', 'ship'] }).remedy).toBe(
      'Did you mean shop or ship?',
    );
    expect(new DomainError('APP_NOT_FOUND', { app: 'shp', nearest: [] }).remedy).toContain('apps_list');
  });

  it('tells what was sent from what was not', () => {
    const cancelled = (sent: boolean) => new DomainError('CANCELLED', { command: 'x', sent }).message;
    expect(cancelled(false)).toContain('before it was sent');
    expect(cancelled(true)).toContain('may still carry it out');
    const audit = (sent: boolean) =>
      new DomainError('AUDIT_UNAVAILABLE', { command: 'x', sent, reason: 'full' });
    expect(audit(false).message).toContain('was not sent');
    expect(audit(true).remedy).toContain('read the state');
  });
});

describe('ValidationError', () => {
  it('names the field, the value and the way out', () => {
    const error = new ValidationError('port', 'is too large', { value: '99999', wayOut: 'Take 80.' });
    expect(error).toMatchObject({
      name: 'ValidationError',
      code: 'INVALID_ARGUMENT',
      field: 'port',
      value: '99999',
      message: 'port: is too large',
      remedy: 'Take 80.',
    });
    expect(new ValidationError('port', 'x').remedy).toContain('nothing was sent');
    expect(DomainError.is(new Error('x'), 'INVALID_ARGUMENT')).toBe(false);
  });
});
