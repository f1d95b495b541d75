import { describe, expect, it } from 'vitest';
import { MemoryAudit } from '../../../test/support/memory-audit.ts';
import { rightsUnder } from '../../../test/support/rights.ts';
import { operations } from '../operations/index.ts';
import { type Call, pipeline } from '../pipeline.ts';
import { callerOf, type Principal } from '../principal.ts';
import { type Access, accessOf, isAllowed, notAllowed, policy } from './policy.ts';
import { used } from './used.ts';

const reader: Principal = { id: 'token:ci', sub: 'ci', clientId: 'ci', role: 'ci', scopes: ['dokku:read'] };
const writer: Principal = { ...reader, scopes: ['dokku:read', 'dokku:write'] };
const operation = (name: string) => {
  const found = operations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
};

function call(name: string, principal: Principal, more: Partial<Call> = {}): Call {
  return {
    operation: operation(name),
    input: {},
    host: 'sim',
    actor: principal.id,
    principal,
    address: '10.0.0.1',
    ...callerOf(principal),
    mode: 'apply',
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  };
}

describe('the policy for those who come with a token', () => {
  const rules = { rules: [{ id: 'ci', decision: 'allow' as const, roles: ['ci'], commands: ['apps:*'] }] };
  const access: Access = {
    readOnly: false,
    rights: (host, { role = 'operator', readOnly = false } = {}) =>
      rightsUnder(rules, { host, role, readOnly }),
  };
  const run = pipeline([policy(access)], async () => ({}));

  it('a change needs the scope, whatever the policy allows', async () => {
    await expect(run(call('apps_create', reader))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      details: { rule: 'the token has no scope dokku:write' },
    });
    await expect(run(call('apps_create', writer))).resolves.toEqual({});
  });

  it('and the policy, whatever the scopes', async () => {
    await expect(run(call('ps_scale', writer))).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    await expect(run(call('apps_create', { ...writer, role: 'stranger' }))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
    });
  });

  it('what is not allowed to a caller is not listed to it', () => {
    const listed = (principal: Principal) =>
      ['apps_list', 'apps_create', 'ps_scale'].filter((name) =>
        isAllowed(operation(name), accessOf(access, callerOf(principal)), ['sim']),
      );
    expect([listed(reader), listed(writer)]).toEqual([['apps_list'], ['apps_list', 'apps_create']]);
  });

  it('a server that is read-only is so for all, and says that it is the server', () => {
    const closed = accessOf({ readOnly: true }, callerOf(writer));
    expect(closed.readOnly).toBe(true);
    expect(notAllowed(operation('apps_create'), closed).message).toContain('this server is read-only');
  });
});

describe('used', () => {
  it('notes a token once an hour for each address that it comes from', async () => {
    const audit = new MemoryAudit();
    let now = 0;
    const run = pipeline([used(audit, { now: () => now })], async () => ({}));
    const uses = async (principal: Principal, more: Partial<Call> = {}) => {
      const before = audit.notes.length;
      await run(call('apps_list', principal, more));
      return audit.notes.slice(before);
    };
    const token = { ...reader, jti: 'one' };
    expect(await uses(token)).toMatchObject([
      {
        phase: 'used',
        actor: 'token:ci',
        address: '10.0.0.1',
        principal: { sub: 'ci', client_id: 'ci', jti: 'one' },
      },
    ]);
    expect(await uses(token)).toEqual([]);
    expect(await uses(token, { address: '10.0.0.2' })).toHaveLength(1);
    expect(await uses({ ...token, jti: 'two' })).toHaveLength(1);
    now = 3_600_000;
    expect(await uses(token)).toHaveLength(1);
    expect(await uses({ ...token, jti: 'three' }, { operation: operation('apps_create') })).toEqual([]);
    const { principal: _, ...local } = call('apps_list', token);
    await run(local);
    expect(audit.notes).toHaveLength(4);
  });
});
