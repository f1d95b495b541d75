import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  isInputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Operation } from '../application/operation.ts';
import type { Call } from '../application/pipeline.ts';
import { checkKey, checkMode } from '../application/plans.ts';
import { callerOf } from '../application/principal.ts';
import type { Product } from '../application/product.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import type { Consent, ConsentDesk } from './consent.ts';
import { UNTRUSTED } from './fence.ts';
import { describePlan, presentFailure, presentOutcome } from './present.ts';
import { senderOf } from './principal.ts';
import { type Asker, refuse, refusedBy, registerRefusals } from './refused.ts';
import { advertised } from './schema.ts';
import type { Tool } from './tool-factory.ts';
import { meantBy } from './unlisted.ts';

/** What a request of the 2026-07-28 era says of its client; the SDK hands it on untyped. */
const Envelope = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({ elicitation: z.unknown().optional() }).optional(),
  [CLIENT_INFO_META_KEY]: z.object({ name: z.string() }).optional(),
});

export interface ToolManagerDeps {
  readonly product: Product;
  /** The tools that are listed. */
  readonly tools: readonly Tool[];
  /** The others by name: command_query and command_execute run them. */
  readonly unlisted: ReadonlyMap<string, Tool>;
  /** Operations that are not allowed: in no list, and refused when they are called by name. */
  readonly refused: ReadonlyMap<string, Operation>;
  readonly consent: ConsentDesk;
  /** How the calls of this server come, for the audit. */
  readonly transport: string;
  readonly log: (id: string, error: unknown) => void;
}

/** Registers the tools on a connection's server and carries every call through the product's pipeline. */
export function registerTools(server: McpServer, deps: ToolManagerDeps): void {
  for (const tool of deps.tools) {
    const { name, title, description, annotations, inputJson, outputJson } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        annotations,
        inputSchema: advertised(inputJson),
        outputSchema: advertised(outputJson),
      },
      async (input: unknown, context: ServerContext) => {
        try {
          const hidden = refusedBy(tool, input, deps.refused);
          if (hidden !== undefined) return await refuse(hidden, deps, asker(server, context), context);
          return await answer(server, deps, tool, input, context);
        } catch (error) {
          return presentFailure(error, deps.log);
        }
      },
    );
  }
  registerRefusals(server, deps, (context) => asker(server, context));
}

async function answer(
  server: McpServer,
  deps: ToolManagerDeps,
  tool: Tool,
  input: unknown,
  context: ServerContext,
) {
  const meant = meantBy(tool, input, deps.unlisted);
  const { operation } = meant.tool;
  const { mode = 'apply', host, ...rest } = parse(meant.tool.input, meant.input);
  const key = idempotencyKey(context);
  const asked: Call = {
    operation,
    input: rest,
    host: hostName(deps.product, host),
    ...asker(server, context),
    transport: deps.transport,
    ...checkMode(String(mode)),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    signal: signalOf(operation, context),
    progress: progress(context),
  };
  const consent = await readConsent(deps, tool.name, asked, context);
  const call = consent.kind === 'given' ? { ...asked, confirmation: consent.confirmation } : asked;
  try {
    const shown = presentOutcome(operation, await deps.product.run(call));
    return meant.wrapped ? wrap(operation, shown) : shown;
  } catch (error) {
    if (
      !DomainError.is(error, 'CONFIRMATION_REQUIRED') ||
      consent.kind === 'given' ||
      !canAsk(server, context)
    )
      throw error;
    const stored = await deps.product.plans.find(error.details.plan);
    const question = await deps.consent.ask(tool.name, error, describePlan(stored?.shown), context);
    if (!isInputRequiredResult(question)) throw error;
    return question;
  }
}

/** The answer of an unlisted tool in the shape that the tool which ran it promises. */
function wrap({ name, kind }: Operation, shown: CallToolResult): CallToolResult {
  const structured = z.record(z.string(), z.unknown()).parse(shown.structuredContent ?? {});
  const result = kind === 'query' ? structured : structured.result;
  const wrapped = { command: name, ...(result === undefined ? {} : { result }) };
  return {
    ...shown,
    structuredContent: kind === 'query' ? wrapped : { ...structured, result: wrapped },
  };
}

/** What the person answered; a no is put on record. Faults: CONFIRMATION_DECLINED. */
async function readConsent(
  { consent, product }: ToolManagerDeps,
  tool: string,
  call: Call,
  context: ServerContext,
): Promise<Consent> {
  try {
    return await consent.read(tool, context);
  } catch (error) {
    await product.noteRefusal(call, error);
    throw error;
  }
}

/**
 * A client that did not declare elicitation would answer a question with a protocol error that no model sees.
 * Since 2026-07-28 each request declares what its client can do; before, the handshake did.
 */
function canAsk(server: McpServer, { mcpReq }: ServerContext): boolean {
  const declared = Envelope.parse(mcpReq.envelope ?? {})[CLIENT_CAPABILITIES_META_KEY];
  return (declared ?? server.server.getClientCapabilities())?.elicitation !== undefined;
}

/** The client's own name for a request, so that one that is sent again after a lost answer is not carried out again. */
function idempotencyKey({ mcpReq }: ServerContext): string | undefined {
  const key = mcpReq._meta?.['dokku-mcp/idempotency-key'];
  return key === undefined ? undefined : checkKey('_meta.dokku-mcp/idempotency-key', key);
}

/** Who asks: the client by the name that it gives itself, or whoever its token was given to. */
function asker(server: McpServer, { mcpReq, http }: ServerContext): Asker {
  const declared = Envelope.parse(mcpReq.envelope ?? {})[CLIENT_INFO_META_KEY];
  const client = (declared ?? server.server.getClientVersion())?.name ?? 'unknown client';
  const sender = senderOf(http?.authInfo);
  if (sender === undefined) return { actor: client };
  return { actor: sender.principal.id, client, ...sender, ...callerOf(sender.principal) };
}

/**
 * A client that has gone waits for no answer, so what it reads is given up. The era of 2025 cancels with a message of its
 * own; a lost connection is no word against a change there.
 */
function signalOf({ kind }: Operation, { mcpReq, http }: ServerContext): AbortSignal {
  const gone = http?.req?.signal;
  return kind === 'change' || gone === undefined ? mcpReq.signal : AbortSignal.any([mcpReq.signal, gone]);
}

/** The first problem of the input, as a fault that names the field. */
export function parse(schema: z.ZodObject, input: unknown): Record<string, unknown> {
  const result = schema.safeParse(input ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw new ValidationError('arguments', 'are not valid');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    const field = [...issue.path, issue.keys[0] ?? ''].join('.');
    throw new ValidationError(field, 'is not an argument of this tool', {
      wayOut: `It takes: ${known || 'nothing'}.`,
    });
  }
  // A name that is none may be a value in the wrong place, so it is not repeated.
  const path = issue.path.map((part) => (/^[\w.-]{1,100}$/.test(String(part)) ? String(part) : '(a name)'));
  const field = path.length === 0 ? 'arguments' : path.join('.');
  throw new ValidationError(field, reason(issue), {
    ...(typeof issue.input === 'string' ? { value: issue.input.slice(0, 100) } : {}),
  });
}

function reason(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is needed';
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

/** The host that is meant; with none configured the call goes on and the pipeline says how to configure one. */
function hostName({ hosts }: Product, host: unknown): string {
  return typeof host === 'string' ? host : (hosts[0] ?? '');
}

function progress({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let count = 0;
  return (message) => {
    count += 1;
    const params = { progressToken, progress: count, message, _meta: UNTRUSTED };
    // A client that has gone cannot be told; the work itself goes on and ends with a record.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
