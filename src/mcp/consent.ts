import { randomBytes, randomUUID } from 'node:crypto';
import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Confirmation } from '../application/pipeline.ts';
import { DomainError } from '../domain/errors.ts';

const State = z.object({ digest: z.string(), tool: z.string(), id: z.string(), typed: z.boolean() });
const Agreed = z.object({ agree: z.literal(true) });
const Typed = z.object({ name: z.string() });
const FIELD = 'consent';

/** What a person answered: nothing yet, no, or yes to exactly one plan. */
export type Consent =
  | { readonly kind: 'none' }
  | { readonly kind: 'given'; readonly confirmation: Confirmation };

/**
 * Asks the person behind the client, by MCP elicitation in both eras. The signed state binds the answer to one plan
 * and one tool; it is good for ten minutes and for one use.
 */
export class ConsentDesk {
  readonly #codec = createRequestStateCodec<z.output<typeof State>>({
    key: randomBytes(32),
    ttlSeconds: 600,
  });
  readonly #used = new Set<string>();

  /** Hands a request's state to the SDK for checking. */
  get verify() {
    return this.#codec.verify;
  }

  /** The question, as the result of a tool call. */
  async ask(tool: string, required: DomainError<'CONFIRMATION_REQUIRED'>, plan: string) {
    const { typedName, digest } = required.details;
    const requestedSchema =
      typedName === undefined
        ? z.object({ agree: z.boolean().meta({ title: 'Carry it out?' }) })
        : z.object({ name: z.string().meta({ title: `Type ${typedName} to confirm` }) });
    return inputRequired({
      inputRequests: { [FIELD]: inputRequired.elicit({ message: plan, requestedSchema }) },
      requestState: await this.#codec.mint({
        digest,
        tool,
        id: randomUUID(),
        typed: typedName !== undefined,
      }),
    });
  }

  /** Reads the answer that came back with a call. Faults: CONFIRMATION_DECLINED. */
  read(tool: string, context: ServerContext): Consent {
    const view = inputResponse(context.mcpReq.inputResponses, FIELD);
    const state = State.safeParse(context.mcpReq.requestState());
    if (view.kind !== 'elicit' || !state.success) return { kind: 'none' };
    const declined = (reason: string) => new DomainError('CONFIRMATION_DECLINED', { summary: tool, reason });
    if (state.data.tool !== tool) throw declined('the consent belongs to another tool');
    if (this.#used.has(state.data.id)) throw declined('this consent was used already');
    this.#used.add(state.data.id);
    if (view.action !== 'accept')
      throw declined(view.action === 'decline' ? 'declined' : 'cancelled or not available');
    const { digest, typed } = state.data;
    if (!typed && Agreed.safeParse(view.content).success) return { kind: 'given', confirmation: { digest } };
    const answer = Typed.safeParse(view.content);
    if (!typed || !answer.success) throw declined('declined');
    return { kind: 'given', confirmation: { digest, typedName: answer.data.name } };
  }
}
