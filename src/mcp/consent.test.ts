import { randomBytes } from 'node:crypto';
import type { ServerContext } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { ConsentDesk } from './consent.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** What processes on one state share: the key, and which answers were used. */
function aState() {
  const used = new Set<string>();
  const key = randomBytes(32);
  return {
    key: () => key,
    use: async (id: string, summary: string) => {
      if (used.has(id))
        throw new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'this consent was used already' });
      used.add(id);
    },
  };
}

const required = (typedName?: string) =>
  new DomainError('CONFIRMATION_REQUIRED', {
    summary: 'Destroy shop',
    effect: 'destructive',
    digest: 'd1',
    plan: 'p-1',
    wayOut: 'ask',
    ...(typedName === undefined ? {} : { typedName }),
  });

/** A call as it comes over stdio. */
const asking = { mcpReq: {} } as unknown as ServerContext;

async function ask(desk: ConsentDesk, typedName?: string): Promise<string> {
  const { requestState } = await desk.ask('apps_destroy', required(typedName), 'the plan', asking);
  if (requestState === undefined) throw new Error('no state');
  return requestState;
}

/** What the SDK hands to a tool when an answer comes back: the state as far as it was verified. */
async function returning(desk: ConsentDesk, state: string, answer: unknown): Promise<ServerContext> {
  const context = { mcpReq: { inputResponses: { consent: answer } } } as unknown as ServerContext;
  const verified = await desk.verify(state, context);
  return { mcpReq: { ...context.mcpReq, requestState: () => verified } } as unknown as ServerContext;
}
const yes = { action: 'accept', content: { name: 'shop' } };

describe('ConsentDesk', () => {
  it('gives the confirmation of exactly the plan that was asked about', async () => {
    const desk = new ConsentDesk(aState());
    const context = await returning(desk, await ask(desk, 'shop'), yes);
    expect(await desk.read('apps_destroy', context)).toEqual({
      kind: 'given',
      confirmation: { digest: 'd1', plan: 'p-1', typedName: 'shop' },
    });
  });

  it('takes an answer once', async () => {
    const desk = new ConsentDesk(aState());
    const state = await ask(desk, 'shop');
    await desk.read('apps_destroy', await returning(desk, state, yes));
    const again = await returning(desk, state, yes);
    await expect(desk.read('apps_destroy', again)).rejects.toThrow('this consent was used already');
  });

  it('takes an answer once for all processes on one state, and after a restart', async () => {
    const state = aState();
    const question = await ask(new ConsentDesk(state), 'shop');
    const later = new ConsentDesk(state);
    expect(await later.read('apps_destroy', await returning(later, question, yes))).toMatchObject({
      kind: 'given',
    });
    const third = new ConsentDesk(state);
    await expect(third.read('apps_destroy', await returning(third, question, yes))).rejects.toThrow(
      'this consent was used already',
    );
  });

  it('a no cannot be turned into a yes later', async () => {
    const desk = new ConsentDesk(aState());
    const state = await ask(desk, 'shop');
    const no = await returning(desk, state, { action: 'decline' });
    await expect(desk.read('apps_destroy', no)).rejects.toThrow('declined');
    const after = await returning(desk, state, yes);
    await expect(desk.read('apps_destroy', after)).rejects.toThrow('this consent was used already');
  });

  it('is bound to its tool', async () => {
    const desk = new ConsentDesk(aState());
    const context = await returning(desk, await ask(desk, 'shop'), yes);
    await expect(desk.read('command_execute', context)).rejects.toThrow(
      'the consent belongs to another tool',
    );
  });

  it('refuses a state that was forged, changed, or made by another server', async () => {
    const desk = new ConsentDesk(aState());
    const state = await ask(desk, 'shop');
    const middle = Math.floor(state.length / 2);
    const changed = state.slice(0, middle) + (state[middle] === 'A' ? 'B' : 'A') + state.slice(middle + 1);
    for (const bad of ['', 'forged', changed, await ask(new ConsentDesk(aState()), 'shop')]) {
      await expect(returning(desk, bad, yes)).rejects.toThrow();
    }
  });

  it('refuses a state that is older than ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = new ConsentDesk(aState());
    const state = await ask(desk, 'shop');
    vi.setSystemTime(Date.now() + 599_000);
    expect((await returning(desk, state, yes)).mcpReq).toBeDefined();
    vi.setSystemTime(Date.now() + 2_000);
    await expect(returning(desk, state, yes)).rejects.toThrow();
  });

  it.each([
    ['a name where a yes is asked', undefined, { name: 'shop' }],
    ['a no', undefined, { agree: false }],
    ['a yes where a name is asked', 'shop', { agree: true }],
    ['nothing', 'shop', {}],
    ['what is no text', 'shop', { name: 5 }],
  ])('takes %s for no', async (_what, typedName, content) => {
    const desk = new ConsentDesk(aState());
    const context = await returning(desk, await ask(desk, typedName), { action: 'accept', content });
    await expect(desk.read('apps_destroy', context)).rejects.toThrow('declined');
  });

  it('reads nothing where nothing was asked', async () => {
    const context = { mcpReq: { requestState: () => undefined } } as unknown as ServerContext;
    expect(await new ConsentDesk(aState()).read('apps_destroy', context)).toEqual({ kind: 'none' });
  });
});
