import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from '../../test/support/context.ts';
import { DomainError } from '../domain/errors.ts';
import { defineChange, type Plan } from './operation.ts';
import { appsCreate, appsDestroy } from './operations/apps.ts';
import { configSet } from './operations/config-set.ts';
import type { Confirmation } from './pipeline.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop'] });
});
afterEach(() => on.close());

/** A change that sends exactly this plan, and reads nothing back but `found`. */
function sending(plan: Partial<Plan>, found: () => Promise<string> = async () => 'read back') {
  return defineChange({
    name: 'test_change',
    title: 'Test',
    description: 'Sends a given plan',
    effect: 'reversible',
    idempotent: false,
    input: z.strictObject({}),
    output: z.object({ found: z.string() }),
    plan: async () => ({
      summary: 'Do it',
      effect: 'reversible',
      commands: [],
      consequences: [],
      facts: null,
      ...plan,
    }),
    readBack: async () => {
      const text = await found();
      return { data: { found: text }, text };
    },
  });
}

const lock = { name: 'apps:lock', args: ['shop'] };
const unlock = { name: 'apps:unlock', args: ['shop'] };
const lost = () => new DomainError('LINK_LOST', { command: 'x', host: 'sim', reason: 'reset' });

async function failure(run: Promise<unknown>): Promise<DomainError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) throw new Error(`not a DomainError: ${String(error)}`);
  return error;
}

const run = (change: Parameters<Bench['call']>[0], input = {}, more = {}) =>
  on.executor.run(change, on.call(change, input, more), on.context);

describe('a change', () => {
  it('is planned, recorded, sent once, recorded, and read back', async () => {
    const { answer, plan } = await run(appsCreate, { app: 'new' });
    expect(answer?.data).toEqual({ app: 'new', created: true });
    expect(plan).toMatchObject({ effect: 'reversible', commands: ['dokku apps:create new'] });
    expect(on.wire.changes()).toEqual(['apps:create new']);
    expect(on.audit.intents).toMatchObject([
      {
        host: 'sim',
        operation: 'apps_create',
        app: 'new',
        effect: 'reversible',
        actor: 'test',
        commands: ['dokku apps:create new'],
      },
    ]);
    expect(on.audit.outcomes).toMatchObject([{ id: on.audit.intents[0]?.id, result: 'ok', exit: 0 }]);
  });

  it('in plan mode sends and records nothing', async () => {
    const outcome = await run(appsDestroy, { app: 'shop' }, { mode: 'plan' });
    expect(outcome.answer).toBeUndefined();
    expect(outcome.plan).toMatchObject({ effect: 'destructive', typedName: 'shop' });
    expect([on.wire.changes(), on.audit.intents]).toEqual([[], []]);
  });

  it('is never called milder than the catalogue calls its commands', async () => {
    const change = sending({
      commands: [{ name: 'apps:destroy', args: ['shop'], flags: ['force'] }],
      effect: 'reversible',
    });
    const error = await failure(run(change));
    expect(error.code).toBe('CONFIRMATION_REQUIRED');
    expect(error.details).toMatchObject({ effect: 'destructive' });
    expect(on.host.apps.has('shop')).toBe(true);
  });

  it('goes through the guard whatever made it', async () => {
    const error = await failure(run(sending({ commands: [{ name: 'events:off', args: [] }] })));
    expect(error.code).toBe('POLICY_DENIED');
    expect([on.wire.changes(), on.audit.intents]).toEqual([[], []]);
  });
});

describe('a secret that no command names as one', () => {
  const value = 'tok-4711-abcdef';
  const telling = sending({
    summary: `Set ${value}`,
    commands: [{ name: 'network:create', args: [`x-${value}`] }],
    consequences: [`${value} is set`],
    inverse: [{ name: 'network:destroy', args: [`x-${value}`] }],
  });

  it('stands in no plan and in no journal once it is known', async () => {
    on.secrets.learn([value]);
    const { plan } = await run(telling);
    const folder = join(on.folder, 'logs', 'changes');
    const logs = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(plan?.commands).toEqual(['dokku network:create x-********']);
    expect(logs.join('')).toContain('network:create');
    expect(JSON.stringify(plan) + logs.join('')).not.toContain(value);
  });
});

describe('consent', () => {
  it('names the way out: a command for the terminal of a person, and the token to call again with', async () => {
    const error = await failure(run(appsDestroy, { app: 'shop' }));
    const { plan } = error.details as { plan: string };
    expect(error.remedy).toContain(`dokku-mcp approve ${plan}`);
    expect(error.remedy).toContain(`mode: "${plan}"`);
    expect(await on.plans.find(plan)).toMatchObject({ asks: true, operation: 'apps_destroy', host: 'sim' });
  });

  it('is asked also where nothing is lost for good when the plan says so', async () => {
    const change = sending({ commands: [lock], needsConsent: true });
    expect((await failure(run(change))).code).toBe('CONFIRMATION_REQUIRED');
    expect(on.app('shop').locked).toBe(false);
  });

  it('to another state is stale', async () => {
    const { plan } = await run(appsDestroy, { app: 'shop' }, { mode: 'plan' });
    on.app('shop').config.set('NEW', 'meanwhile');
    const confirmation = { digest: plan?.digest, typedName: 'shop' };
    expect((await failure(run(appsDestroy, { app: 'shop' }, { confirmation }))).code).toBe('PLAN_STALE');
    expect(on.host.apps.has('shop')).toBe(true);
  });

  it('is checked again after waiting for another change of the app', async () => {
    const { plan } = await run(appsDestroy, { app: 'shop' }, { mode: 'plan' });
    const confirmation = { digest: plan?.digest, typedName: 'shop' };
    const first = run(configSet, { app: 'shop', values: { ADDED: 'before-you' } });
    // Planned while the first one runs, on the state before it.
    await new Promise<void>((resolve) => {
      on.wire.before = ([name]) => name === 'config:import' && resolve();
    });
    const second = failure(run(appsDestroy, { app: 'shop' }, { confirmation }));
    await first;
    expect((await second).code).toBe('PLAN_STALE');
    expect(on.host.apps.has('shop')).toBe(true);
  });

  it('is what a destructive change never goes without, in any sequence of calls', async () => {
    const confirmations = fc.constantFrom('none', 'right', 'stale', 'forged', 'wrong name', 'no name');
    await fc.assert(
      fc.asyncProperty(fc.array(confirmations, { minLength: 1, maxLength: 5 }), async (sequence) => {
        const bench = await openBench({ given: ['apps:create shop'] });
        try {
          for (const kind of sequence) {
            if (!bench.host.apps.has('shop')) await bench.given('apps:create shop');
            const input = { app: 'shop' };
            const planned = await bench.executor.run(
              appsDestroy,
              bench.call(appsDestroy, input, { mode: 'plan' }),
              bench.context,
            );
            const digest = planned.plan?.digest ?? '';
            if (kind === 'stale') bench.app('shop').config.set(`K${bench.app('shop').config.size}`, 'v');
            const given: Record<string, Confirmation> = {
              right: { digest, typedName: 'shop' },
              stale: { digest, typedName: 'shop' },
              forged: { digest: digest.replace(/./g, 'a'), typedName: 'shop' },
              'wrong name': { digest, typedName: 'Shop' },
              'no name': { digest },
            };
            const confirmation = given[kind];
            const call = bench.call(appsDestroy, input, confirmation === undefined ? {} : { confirmation });
            const sent = bench.wire.changes().length;
            const code = await bench.executor.run(appsDestroy, call, bench.context).then(
              () => 'done',
              (error: DomainError) => error.code,
            );
            expect(code).toBe(
              {
                none: 'CONFIRMATION_REQUIRED',
                right: 'done',
                stale: 'PLAN_STALE',
                forged: 'PLAN_STALE',
                'wrong name': 'CONFIRMATION_DECLINED',
                'no name': 'CONFIRMATION_DECLINED',
              }[kind],
            );
            expect(bench.wire.changes().length - sent).toBe(kind === 'right' ? 1 : 0);
            expect(bench.host.apps.has('shop')).toBe(kind !== 'right');
          }
        } finally {
          await bench.close();
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('the digest', () => {
  const planOf = async (secrets: readonly string[]) => {
    const seen: unknown[] = [];
    const { executor } = on.another({
      digest: (value) => {
        seen.push(value);
        return 'd';
      },
    });
    const stdin = '{"PIN":"4711"}';
    const commands = [
      { name: 'config:import', args: ['--format', 'json', 'shop', '-'], stdin, secrets: [...secrets] },
    ];
    const change = sending({ commands });
    await executor.run(change, on.call(change, {}, { mode: 'plan' }), on.context);
    return JSON.stringify(seen);
  };

  it('is not made from a secret, which could be guessed from it, but from its keyed hash', async () => {
    expect(await planOf(['4711'])).not.toContain('4711');
    expect(await planOf([])).toContain('4711');
  });
});

describe('when something fails', () => {
  it('an intent that cannot be written keeps everything from being sent', async () => {
    on.audit.intent = async () => {
      throw new Error('ENOSPC: no space left on device');
    };
    const error = await failure(run(appsCreate, { app: 'new' }));
    expect(error.code).toBe('AUDIT_UNAVAILABLE');
    expect(error.message).toContain('ENOSPC');
    expect(error.message).toContain('was not sent');
    expect(on.wire.changes()).toEqual([]);
  });

  it('an outcome that cannot be written is said, with what happened, and nothing is sent again', async () => {
    on.audit.outcome = async () => {
      throw new Error('ENOSPC');
    };
    await on.context.apps.names();
    const error = await failure(run(appsCreate, { app: 'new' }));
    expect(error.code).toBe('AUDIT_UNAVAILABLE');
    expect(error.message).toContain('dokku apps:create was sent (it reported success)');
    expect(await on.context.apps.names()).toContain('new');
    expect(on.wire.changes()).toEqual(['apps:create new']);
  });

  it('a lost link is an unknown outcome that tells what reading back shows', async () => {
    on.wire.after = ([name]) => {
      if (name === 'apps:create') throw lost();
    };
    const error = await failure(run(appsCreate, { app: 'new' }));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(error.message).toContain('Reading back shows: The app new exists.');
    expect(error.retryable).toBe(false);
    expect(on.wire.changes()).toEqual(['apps:create new']);
    expect(on.audit.outcomes).toMatchObject([{ result: 'unknown', code: 'LINK_LOST', resolved: 'applied' }]);
  });

  it('a link that breaks while reading back does not invite to repeat the change', async () => {
    const change = sending({ commands: [lock], app: 'shop' }, async () => {
      throw lost();
    });
    const error = await failure(run(change));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(error.message).toContain('it reported success, but could not be read back');
    expect(error.retryable).toBe(false);
    expect(on.audit.outcomes).toMatchObject([{ result: 'unknown', resolved: 'still_unknown' }]);
  });

  it('what the read-back itself found out is passed on', async () => {
    const change = sending({ commands: [lock] }, async () => {
      throw new DomainError('NOT_APPLIED', { command: 'apps:lock', found: 'nothing', wayOut: 'look' });
    });
    expect((await failure(run(change))).code).toBe('NOT_APPLIED');
    expect(on.audit.outcomes).toMatchObject([
      { result: 'failed', code: 'NOT_APPLIED', found: expect.any(String) },
    ]);
  });

  it('a later command that fails tells what was done before it', async () => {
    on.wire.before = ([name]) => {
      if (name === 'apps:unlock') throw new DomainError('HOST_UNREACHABLE', { host: 'sim', reason: 'gone' });
    };
    const error = await failure(run(sending({ commands: [lock, unlock], app: 'shop' })));
    expect(error.code).toBe('PARTLY_APPLIED');
    expect(error.message).toContain('dokku apps:lock was carried out, but then dokku apps:unlock was not');
    expect(error.retryable).toBe(false);
    expect(on.audit.outcomes).toMatchObject([{ result: 'failed', code: 'HOST_UNREACHABLE' }]);
  });

  it('each command is sent at most once and each intent has one outcome, whatever fails where', async () => {
    const faults = fc.constantFrom('none', 'before', 'after', 'refused', 'cancelled', 'not mine');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fault: faults, at: fc.nat(2), readBack: faults }), { maxLength: 4 }),
        async (runs) => {
          const bench = await openBench({ given: ['apps:create shop'] });
          try {
            for (const { fault, at, readBack } of runs) {
              const sent: string[] = [];
              const commands = ['apps:lock', 'apps:unlock', 'apps:lock'].map((name) => ({
                name,
                args: ['shop'],
              }));
              const strike = (kind: string): void => {
                if (kind === 'refused') throw new DomainError('USAGE', { command: 'x', reason: 'no' });
                if (kind === 'cancelled') throw new DomainError('CANCELLED', { command: 'x', sent: true });
                if (kind === 'not mine') throw new TypeError('a fault of ours');
                if (kind !== 'none') throw lost();
              };
              bench.wire.before = ([name = '']) => {
                if (!/^apps:(un)?lock$/.test(name)) return;
                sent.push(name);
                if (fault === 'before' && sent.length === at + 1) strike(fault);
              };
              bench.wire.after = ([name = '']) => {
                if (/^apps:(un)?lock$/.test(name) && fault !== 'before' && sent.length === at + 1)
                  strike(fault);
              };
              const change = sending({ commands, app: 'shop' }, async () => {
                strike(readBack);
                return 'read';
              });
              const outcomes = bench.audit.outcomes.length;
              const ended = await bench.executor.run(change, bench.call(change, {}), bench.context).then(
                () => 'done',
                () => 'failed',
              );
              expect(ended).toBe(fault === 'none' && readBack === 'none' ? 'done' : 'failed');
              const until = fault === 'none' ? 3 : at + 1;
              expect(sent).toEqual(commands.slice(0, until).map(({ name }) => name));
              expect(bench.audit.outcomes.length - outcomes).toBe(1);
            }
            expect(bench.audit.outcomes.map(({ id }) => id)).toEqual(bench.audit.intents.map(({ id }) => id));
          } finally {
            await bench.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('long work', () => {
  it('runs in a keeper, with progress that the context has cleaned of secrets', async () => {
    await on.close();
    const lines: string[] = [];
    on = await openBench({
      given: ['apps:create shop', 'git:from-image shop demo/web:1'],
      context: { progress: (line) => lines.push(line) },
    });
    const raw: string[] = [];
    const call = on.call(
      configSet,
      { app: 'shop', values: { A: 'a value' } },
      { progress: (line) => raw.push(line) },
    );
    const { answer } = await on.executor.run(configSet, call, on.context);
    expect(answer?.data).toMatchObject({ restarted: true });
    expect(on.wire.changes()).toEqual(['config:import --no-restart --format json shop -', 'ps:restart shop']);
    expect(lines.length).toBeGreaterThan(0);
    expect(raw).toEqual([]);
  });
});
