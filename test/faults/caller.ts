import { resolve } from 'node:path';
import { operations } from '../../src/application/operations/index.ts';
import type { Outcome } from '../../src/application/pipeline.ts';
import { open } from '../../src/compose.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { type Session, startSession } from '../support/mcp.ts';

/** What a caller is told. */
export interface Told {
  /** It was said to be carried out. */
  readonly applied: boolean;
  readonly code?: string;
  /** Says nothing about the change: the way to the host failed, or the first call still runs. */
  readonly again: boolean;
  readonly deploy?: string;
  readonly token?: string;
  readonly text: string;
}

/** How a call is made: with the token of a plan, under a key, or to make a plan. */
export type How = { readonly mode?: string; readonly key?: string };

export interface Caller {
  call(tool: string, input: Record<string, unknown>, how?: How): Promise<Told>;
  /** kill -9 of the server; the next call starts another one on the same state. Only for one in a process of its own. */
  kill(): void;
  stop(): Promise<void>;
}

const AGAIN = new Set(['IN_PROGRESS', 'HOST_UNREACHABLE', 'AUTH_REFUSED', 'LOCKED', 'LINK_LOST', 'TIMEOUT']);
/** Dead: nothing is known of what it would have said. */
export const GONE: Told = { applied: false, code: 'GONE', again: true, text: 'the server was killed' };

/** The whole product in this process, over real ssh; its keepers are processes of the built program. */
export function inProcess(config: string, stateDir: string): Caller {
  process.argv[1] = resolve('dist/main.mjs');
  const { product } = open({ config, stateDir }, { DOKKU_MCP_LOG_LEVEL: 'silent' });
  return {
    call: async (tool, input, { mode = 'apply', key } = {}) => {
      const operation = operations.find(({ name }) => name === tool);
      if (operation === undefined) throw new Error(`there is no ${tool}`);
      const token = mode.startsWith('p-') ? { token: mode } : {};
      try {
        const outcome = await product.run({
          operation,
          input: operation.input.parse(input),
          host: 'sim',
          actor: 'faults',
          mode: mode === 'plan' ? 'plan' : 'apply',
          ...token,
          ...(key === undefined ? {} : { idempotencyKey: key }),
          signal: new AbortController().signal,
          progress: () => undefined,
        });
        return told(outcome);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { applied: false, code: error.code, again: AGAIN.has(error.code), text: error.message };
      }
    },
    kill: () => undefined,
    stop: () => product.close(),
  };
}

function told({ answer, plan, token }: Outcome): Told {
  const data = (answer?.data ?? {}) as { id?: string; deploy?: string };
  const deploy = data.deploy ?? data.id;
  return {
    applied: answer !== undefined && plan !== undefined,
    again: false,
    ...(deploy === undefined ? {} : { deploy }),
    ...(token === undefined ? {} : { token }),
    text: answer?.text ?? '',
  };
}

/** A server in a process of its own, and a real client of it. */
export function serverProcess(config: string, stateDir: string): Caller {
  let session: Promise<Session> | undefined;
  const opened = (): Promise<Session> => {
    session ??= startSession({ era: '2026-07-28', args: ['--config', config], stateDir });
    return session;
  };
  return {
    call: async (tool, input, { mode, key } = {}) => {
      const mine = opened();
      try {
        const args = mode === undefined ? input : { ...input, mode };
        const options = key === undefined ? {} : { idempotencyKey: key };
        const { data, code, text } = await (await mine).call(tool, args, options);
        const inner = (data.result ?? data) as { id?: string; deploy?: string };
        const deploy = inner.deploy ?? inner.id;
        return {
          applied: data.status === 'applied',
          ...(code === undefined ? {} : { code }),
          again: code !== undefined && AGAIN.has(code),
          ...(deploy === undefined ? {} : { deploy }),
          ...(typeof data.token === 'string' ? { token: data.token } : {}),
          text,
        };
      } catch (error) {
        if (session === mine) throw error;
        return GONE;
      }
    },
    kill: () => {
      const dying = session;
      session = undefined;
      dying
        ?.then(({ pid, close }) => {
          process.kill(pid, 'SIGKILL');
          return close();
        })
        .catch(() => undefined);
    },
    stop: async () => {
      await (await session)?.close();
    },
  };
}
