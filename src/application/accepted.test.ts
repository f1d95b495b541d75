import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../test/support/context.ts';
import { DomainError } from '../domain/errors.ts';
import type { Change } from './operation.ts';
import { appsCreate } from './operations/apps.ts';
import { runCommand } from './operations/run.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
});
afterEach(() => on.close());

/** A change of a process that dies: `sent` says how far it came. What it held dies with it. */
async function dies(change: Change, input: Record<string, unknown>, sent: 'nothing' | 'intent' | 'all') {
  const call = on.call(change, input);
  const plan = await change.plan(call.input, on.context);
  const shown = { ...plan, digest: 'd', commands: [], inverse: [] };
  const accepted = await on.accepted.begin(call, change, { plan, shown });
  if (sent !== 'nothing') {
    await on.audit.intent({
      id: accepted.id,
      host: 'sim',
      operation: change.name,
      effect: plan.effect,
      commands: [],
      actor: 'test',
    });
  }
  if (sent === 'all') for (const { name, args } of plan.commands) await on.given([name, ...args].join(' '));
  await accepted.release();
  return accepted.id;
}
const left = () => on.context.state.list('open/');
const recover = () => on.another().accepted.ready(on.context);

describe('what a process that died left open', () => {
  it('is closed as applied when the host shows it, and stands in the journal', async () => {
    const id = await dies(appsCreate, { app: 'new' }, 'all');
    await recover();
    expect(on.audit.outcomes).toMatchObject([{ id, result: 'unknown', resolved: 'applied' }]);
    expect(await on.journal.find('sim', id)).toMatchObject({
      operation: 'apps_create',
      after: { exists: true },
    });
    expect(await left()).toEqual([]);
  });

  it('is closed as not applied when it does not, and is never sent again', async () => {
    await dies(appsCreate, { app: 'new' }, 'intent');
    await recover();
    expect(on.audit.outcomes).toMatchObject([{ resolved: 'not_applied' }]);
    expect(on.wire.changes()).toEqual([]);
    expect(await on.journal.all('sim')).toEqual([]);
  });

  it('stays unknown where nothing that can be read tells', async () => {
    await dies(runCommand, { app: 'shop', command: ['true'] }, 'intent');
    await recover();
    expect(on.audit.outcomes).toMatchObject([{ resolved: 'still_unknown' }]);
  });

  it('is forgotten when its intent was never written: then nothing was sent', async () => {
    await dies(appsCreate, { app: 'new' }, 'nothing');
    await recover();
    expect(on.audit.outcomes).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('is closed once, whoever looks at the same time', async () => {
    await dies(appsCreate, { app: 'new' }, 'all');
    await Promise.all([recover(), recover(), recover()]);
    await recover();
    expect(on.audit.outcomes).toHaveLength(1);
  });

  it('stays open while the host cannot be asked, and is closed with a later call', async () => {
    await dies(appsCreate, { app: 'new' }, 'all');
    on.wire.before = () => {
      throw new DomainError('HOST_UNREACHABLE', { host: 'sim', reason: 'gone' });
    };
    on.context.apps.invalidate();
    const { accepted } = on.another();
    await accepted.ready(on.context);
    expect(on.audit.outcomes).toEqual([]);
    on.wire.before = () => undefined;
    await accepted.ready(on.context);
    expect(on.audit.outcomes).toMatchObject([{ resolved: 'applied' }]);
  });

  it('is left alone while its process lives', async () => {
    const call = on.call(appsCreate, { app: 'new' });
    const plan = await appsCreate.plan({ app: 'new' } as never, on.context);
    const accepted = await on.accepted.begin(call, appsCreate, {
      plan,
      shown: { ...plan, digest: 'd', commands: [], inverse: [] },
    });
    await on.audit.intent({
      id: accepted.id,
      host: 'sim',
      operation: 'apps_create',
      effect: 'reversible',
      commands: [],
      actor: 'test',
    });
    await recover();
    expect(on.audit.outcomes).toEqual([]);
    expect(await left()).toHaveLength(1);
    await accepted.end();
    await accepted.release();
  });
});
