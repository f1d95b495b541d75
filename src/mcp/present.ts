import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Operation } from '../application/operation.ts';
import type { Outcome, ShownPlan } from '../application/pipeline.ts';
import { DomainError } from '../domain/errors.ts';
import { fence, quoteHost, UNTRUSTED } from './fence.ts';
import { ChangeAnswer } from './tool-factory.ts';

/** A result as MCP has it: short text first, typed data beside it, host text fenced and marked as untrusted. */
export function presentOutcome(operation: Operation, outcome: Outcome): CallToolResult {
  if (operation.kind === 'query') {
    const { answer } = outcome;
    const data = operation.output.parse(answer?.data);
    return {
      content: text(answer?.text ?? '', answer?.untrusted),
      structuredContent: data,
      _meta: UNTRUSTED,
    };
  }
  const { answer, plan } = outcome;
  const structured = {
    ...ChangeAnswer.parse({ status: answer === undefined ? 'planned' : 'applied', ...plan }),
    ...(answer === undefined ? {} : { result: operation.output.parse(answer.data) }),
  };
  const words = answer === undefined ? describePlan(plan) : answer.text;
  return { content: text(words, answer?.untrusted), structuredContent: structured, _meta: UNTRUSTED };
}

/** A failure as the model reads it: what happened, what to do next, the stable code. Never a stack trace. */
export function presentFailure(error: unknown, log: (id: string, error: unknown) => void): CallToolResult {
  const known = error instanceof DomainError ? error : internal(error, log);
  const { code, message, remedy, retryable, details } = known;
  const { words, host } = quoteHost(known);
  return {
    isError: true,
    content: text(words, host),
    _meta: {
      'dokku-mcp/error': { code, message, remedy, retryable, details },
      ...(host === undefined ? {} : UNTRUSTED),
    },
  };
}

/** The lines of the host that a failure rests on: untrusted, so they are fenced like any other text of the host. */
export function evidenceOf(error: DomainError): string | undefined {
  if (!DomainError.is(error, 'DEPLOY_FAILED') || error.details.evidence.length === 0) return undefined;
  return error.details.evidence.join('\n');
}

/** A failure of our own, logged under an id; whoever asked is told the id and nothing else. */
export function internal(error: unknown, log: (id: string, error: unknown) => void): DomainError<'INTERNAL'> {
  const id = randomUUID();
  log(id, error);
  return new DomainError('INTERNAL', { id }, { cause: error });
}

/** A plan as text, for a model in plan mode and for a person who is asked to consent. */
export function describePlan(plan: ShownPlan | undefined): string {
  if (plan === undefined) return '';
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [title, ...items.map((item) => `- ${item}`)];
  // These name what is on the host (domains, sources, mounts), in whatever words it has them.
  const facts = [...list('What goes with it:', plan.consequences), ...list('The way back:', plan.inverse)];
  return [
    `${plan.summary} (${plan.effect}). Nothing has been sent.`,
    ...list('Commands:', plan.commands),
    ...(facts.length === 0 ? [] : [fence(facts.join('\n'))]),
  ].join('\n');
}

function text(words: string, untrusted: string | undefined): CallToolResult['content'] {
  if (untrusted === undefined) return [{ type: 'text', text: words }];
  return [{ type: 'text', text: `${words}\n${fence(untrusted)}` }];
}
