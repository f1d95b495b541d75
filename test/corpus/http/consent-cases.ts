import { runSession } from '../../../src/infrastructure/simulator/session.ts';
import type { CorpusCase } from '../case.ts';
import { exchange } from './raw.ts';
import { type Asked, bytesOf, draft } from './request.ts';
import type { Served } from './served.ts';

type Request = Readonly<Record<string, unknown>>;

interface Reply {
  readonly result?: {
    readonly resultType?: string;
    readonly isError?: boolean;
    readonly requestState?: string;
    readonly content?: readonly { readonly text?: string }[];
  };
  readonly error?: { readonly code: number; readonly message: string };
}

const APP = 'other';

/** A question for consent and its answer travel through the client, who can keep, change, repeat or pass them on. */
export async function judgeConsent(given: CorpusCase, request: Request, served: Served): Promise<string[]> {
  if (!served.host.apps.has(APP)) await runSession(served.host, { line: `apps:create ${APP}` });
  served.wire.clear();
  const question = await ask(served, { tool: 'apps_destroy', args: { app: APP } });
  const state = question.result?.requestState;
  if (state === undefined) return [`was not asked for consent: ${JSON.stringify(question).slice(0, 200)}`];
  const { times, args, age_s: age, user, principal = user, tampered } = request;
  const token = principal === undefined ? undefined : await served.issuer.token({ sub: String(principal) });
  const app = args === undefined ? APP : 'myapp';
  const answer: Asked = {
    tool: 'apps_destroy',
    args: { app },
    more: {
      requestState: tampered === undefined ? state : changed(state),
      inputResponses: { consent: { action: 'accept', content: { name: app } } },
    },
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const replies: Reply[] = [];
  for (let turn = 0; turn < Number(times ?? 1); turn += 1) {
    replies.push(await later(Number(age ?? 0) * 1000, () => ask(served, answer)));
  }
  const allowed = times === undefined ? 0 : 1;
  const done = replies.filter(isDone).length;
  const { changes } = served.wire;
  const [, code] = /(-32\d{3})/.exec(given.expect) ?? [];
  const reply = replies.at(-1);
  return [
    ...(done === allowed ? [] : [`${done} answers were taken, not ${allowed}: ${JSON.stringify(reply).slice(0, 300)}`]),
    ...(changes.length === allowed ? [] : [`${changes.length} changes were sent, not ${allowed}`]),
    ...(code === undefined || String(reply?.error?.code) === code ? [] : [`no ${code}: ${JSON.stringify(reply)}`]),
  ];
}

function isDone({ result, error }: Reply): boolean {
  return error === undefined && result?.isError !== true && result?.resultType !== 'input_required';
}

async function ask({ port }: Served, asked: Asked): Promise<Reply> {
  const { responses } = await exchange([bytesOf(draft(asked))], { port });
  const { body = '' } = responses[0] ?? {};
  // An answer that was preceded by progress comes as a stream of events.
  const last = body.startsWith('{') ? body : (body.split('\n').findLast((line) => line.startsWith('data: {'))?.slice(6) ?? '{}');
  return JSON.parse(last) as Reply;
}

/** Another character in the middle of the signature. */
function changed(state: string): string {
  const at = state.length - 10;
  return `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
}

/** Does it at a later time of this process's clock. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { now } = Date;
  if (ms > 0) Date.now = () => now() + ms;
  try {
    return await work();
  } finally {
    Date.now = now;
  }
}
