import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Repeat } from '../application/once.ts';
import type { Operation } from '../application/operation.ts';
import type { Outcome, ShownPlan } from '../application/pipeline.ts';
import { DomainError } from '../domain/errors.ts';
import { fence, quoteHost, UNTRUSTED } from './fence.ts';
import { ChangeAnswer } from './tool-factory.ts';

const REPEATED = 'This is what came of the first call with this token or key; nothing was sent again.';

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
  const { answer, plan, token, repeated } = outcome;
  const structured = {
    ...ChangeAnswer.parse({
      status: answer === undefined ? 'planned' : 'applied',
      ...plan,
      ...(token === undefined ? {} : { token }),
      ...(repeated === true ? { repeated } : {}),
    }),
    ...(answer === undefined ? {} : { result: operation.output.parse(answer.data) }),
  };
  const words = answer === undefined ? `${describePlan(plan)}${howToApply(token)}` : answer.text;
  const first = repeated === true ? `${REPEATED}\n` : '';
  return {
    content: text(`${first}${words}`, answer?.untrusted),
    structuredContent: structured,
    _meta: UNTRUSTED,
  };
}

/** A failure as the model reads it: what happened, what to do next, the stable code. Never a stack trace. */
export function presentFailure(error: unknown, log: (id: string, error: unknown) => void): CallToolResult {
  const known = error instanceof DomainError ? error : internal(error, log);
  const { code, message, remedy, retryable, details } = known;
  const repeated = known.cause instanceof Repeat;
  const { words, host } = quoteHost(known);
  return {
    isError: true,
    content: text(`${repeated ? `${REPEATED}\n` : ''}${words}`, host),
    _meta: {
      'dokku-mcp/error': { code, message, remedy, retryable, details },
      ...(repeated ? { 'dokku-mcp/repeated': true } : {}),
      ...(host === undefined ? {} : UNTRUSTED),
    },
  };
}

/** The lines of the host that a failure rests on: untrusted, so they are fenced like any other text of the host. */
export function evidenceOf(error: DomainError): string | undefined {
  if (!DomainError.is(error, 'DEPLOY_FAILED') && !DomainError.is(error, 'CERTIFICATE_REFUSED'))
    return undefined;
  return error.details.evidence.length === 0 ? undefined : error.details.evidence.join('\n');
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
    ...apart(plan),
  ].join('\n');
}

/** Two similar names are told apart before one of them is typed. */
function apart({ typedName, notToConfuse = [] }: ShownPlan): string[] {
  if (typedName === undefined || notToConfuse.length === 0) return [];
  return [`It is about ${typedName}, not ${notToConfuse.join(', not ')}.`];
}

function howToApply(token: string | undefined): string {
  return token === undefined
    ? ''
    : `\nTo do exactly this, within an hour and once: the same call with mode: "${token}".`;
}

function text(words: string, untrusted: string | undefined): CallToolResult['content'] {
  if (untrusted === undefined) return [{ type: 'text', text: words }];
  return [{ type: 'text', text: `${words}\n${fence(untrusted)}` }];
}
