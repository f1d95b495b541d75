import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryAudit } from '../../test/support/memory-audit.ts';
import { DomainError, type FailureCode } from '../domain/errors.ts';
import { defineQuery } from './operation.ts';
import { type Call, type Outcome, pipeline } from './pipeline.ts';
import { exitOf, recordOutcome } from './recorded.ts';
import { audited } from './steps/audited.ts';

const operation = defineQuery({
  name: 'config_get',
  title: 'Show',
  description: 'Shows.',
  input: z.strictObject({ app: z.string() }),
  output: z.object({}),
  run: async () => ({ data: {}, text: '' }),
});
const call: Call = {
  operation,
  input: { app: 'shop' },
  host: 'main',
  actor: 'ann',
  client: 'Claude Code',
  transport: 'stdio',
  mode: 'apply',
  signal: new AbortController().signal,
  progress: () => undefined,
};
const act = {
  host: 'main',
  operation: 'config_get',
  app: 'shop',
  actor: 'ann',
  client: 'Claude Code',
  transport: 'stdio',
};
const fault = (code: FailureCode) =>
  new DomainError(code, {
    what: 'config_get',
    rule: 'r',
    summary: 's',
    reason: 'r',
    effect: 'e',
    wayOut: 'w',
  } as never);
const through = (audit: MemoryAudit, work: () => Promise<Outcome>) => pipeline([audited(audit)], work)(call);
const broken = () => {
  const audit = new MemoryAudit();
  audit.note = async () => {
    throw new Error('ENOSPC');
  };
  return audit;
};

describe('audited', () => {
  it.each([
    ['POLICY_DENIED', 'refused'],
    ['PLAN_STALE', 'refused'],
    ['CONFIRMATION_REQUIRED', 'declined'],
    ['CONFIRMATION_DECLINED', 'declined'],
  ] as const)('notes %s as %s', async (code, phase) => {
    const audit = new MemoryAudit();
    const refused = fault(code);
    await expect(through(audit, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(audit.notes).toEqual([{ ...act, phase, code, reason: refused.message }]);
  });

  it('notes neither answers nor failures of the host', async () => {
    const audit = new MemoryAudit();
    await through(audit, async () => ({ answer: { data: 1, text: 'x' } }));
    await expect(through(audit, () => Promise.reject(fault('TIMEOUT')))).rejects.toThrow();
    await expect(through(audit, () => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
    expect(audit.notes).toEqual([]);
  });

  it('shows a secret when that is on record, and only then', async () => {
    const audit = new MemoryAudit();
    const outcome = { answer: { data: 1, text: 'x', revealed: true } };
    expect(await through(audit, async () => outcome)).toBe(outcome);
    expect(audit.notes).toEqual([{ ...act, phase: 'revealed' }]);
    await expect(through(broken(), async () => outcome)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  });

  it('refuses also where that cannot be written', async () => {
    await expect(through(broken(), () => Promise.reject(fault('POLICY_DENIED')))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
    });
  });
});

describe('recordOutcome', () => {
  const plan = { commands: [{ name: 'ps:restart', args: [] }] } as never;
  const failing = (error: Error) => {
    const audit = new MemoryAudit();
    audit.outcome = async () => {
      throw error;
    };
    return recordOutcome(audit, '1', plan, { result: 'ok', durationMs: 1 }, 'it reported success');
  };

  it('leaves an outcome as it is that another process has written meanwhile', async () => {
    await expect(failing(fault('CONFLICT'))).resolves.toBeUndefined();
  });

  it('tells the outcome that could not be written', async () => {
    await expect(failing(new Error('ENOSPC'))).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      details: { sent: true, reason: 'ENOSPC', outcome: 'it reported success' },
    });
  });
});

it('exitOf tells how a command ended that failed, and nothing of other faults', () => {
  const failed = new DomainError('COMMAND_FAILED', { command: 'ps:restart', exit: 3, reason: 'r' });
  expect([exitOf(failed), exitOf(fault('TIMEOUT')), exitOf(new Error('x'))]).toEqual([{ exit: 3 }, {}, {}]);
});
