import { randomUUID } from 'node:crypto';
import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Confirmation } from '../application/pipeline.ts';
import type { Product } from '../application/product.ts';
import { DomainError } from '../domain/errors.ts';
import { senderOf } from './principal.ts';

const State = z.object({
  digest: z.string(),
  plan: z.string(),
  tool: z.string(),
  id: z.string(),
  typed: z.boolean(),
});
type State = z.output<typeof State>;
const Agreed = z.object({ agree: z.literal(true) });
const Typed = z.object({ name: z.string() });
const FIELD = 'consent';

/** What a person answered: nothing yet, no, or yes to exactly one plan. */
export type Consent =
  | { readonly kind: 'none' }
  | { readonly kind: 'given'; readonly confirmation: Confirmation };

/**
 * Asks the person behind the client, by MCP elicitation in both eras. The signed state binds the answer to one plan,
 * one tool and one principal; it is good for ten minutes and for one use, also by other processes on the same state.
 */
export class ConsentDesk {
  readonly #consent: Product['consent'];
  #made: ReturnType<typeof createRequestStateCodec<State>> | undefined;

  constructor(consent: Product['consent']) {
    this.#consent = consent;
  }

  /** Made with the first question: its key stands in the state directory, which a start does not touch. */
  get #codec() {
    this.#made ??= createRequestStateCodec<State>({
      key: this.#consent.key(),
      ttlSeconds: 600,
      bind: ({ http }) => senderOf(http?.authInfo)?.principal.id ?? '',
    });
    return this.#made;
  }

  /** Hands a request's state to the SDK for checking. */
  readonly verify: ReturnType<typeof createRequestStateCodec<State>>['verify'] = (state, context) =>
    this.#codec.verify(state, context);

  /** The question, as the result of a tool call. */
  async ask(
    tool: string,
    required: DomainError<'CONFIRMATION_REQUIRED'>,
    question: string,
    context: ServerContext,
  ) {
    const { typedName, digest, plan: id } = required.details;
    const requestedSchema =
      typedName === undefined
        ? z.object({ agree: z.boolean().meta({ title: 'Carry it out?' }) })
        : z.object({ name: z.string().meta({ title: `Type ${typedName} to confirm` }) });
    return inputRequired({
      inputRequests: { [FIELD]: inputRequired.elicit({ message: question, requestedSchema }) },
      requestState: await this.#codec.mint(
        { digest, plan: id, tool, id: randomUUID(), typed: typedName !== undefined },
        context,
      ),
    });
  }

  /** Reads the answer that came back with a call. Faults: CONFIRMATION_DECLINED. */
  async read(tool: string, context: ServerContext): Promise<Consent> {
    const view = inputResponse(context.mcpReq.inputResponses, FIELD);
    const state = State.safeParse(context.mcpReq.requestState());
    if (view.kind !== 'elicit' || !state.success) return { kind: 'none' };
    const declined = (reason: string) => new DomainError('CONFIRMATION_DECLINED', { summary: tool, reason });
    if (state.data.tool !== tool) throw declined('the consent belongs to another tool');
    await this.#consent.use(state.data.id, tool);
    if (view.action !== 'accept')
      throw declined(view.action === 'decline' ? 'declined' : 'cancelled or not available');
    const { digest, plan, typed } = state.data;
    if (!typed && Agreed.safeParse(view.content).success)
      return { kind: 'given', confirmation: { digest, plan } };
    const answer = Typed.safeParse(view.content);
    if (!typed || !answer.success) throw declined('declined');
    return { kind: 'given', confirmation: { digest, plan, typedName: answer.data.name } };
  }
}
