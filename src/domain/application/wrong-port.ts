import type { AppFacts, Cause, Confidence, Impact } from './cause.ts';
import * as next from './next-calls.ts';

/** An app that listens on one port while requests go to another. */
export interface PortMismatch {
  readonly expected: number;
  readonly actual: number;
  /** The address it listens on, where that is known: a loopback address is reached by nobody. */
  readonly bound?: string | undefined;
  readonly impact: Impact;
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
}

/** The cause, and the mapping that leads to where the app listens. */
export function wrongPort({ application: { name, ports } }: AppFacts, mismatch: PortMismatch): Cause {
  const { expected, actual, bound, impact, confidence, evidence } = mismatch;
  const loopback = bound !== undefined && /^(?:127\.|\[?::1\]?:|localhost)/.test(bound);
  const own = ports.mapped.length > 0 ? ports.mapped : ['http:80:5000'];
  const mended = own.map((mapping) => {
    const [scheme = 'http', host = '80', container = ''] = mapping.split(':');
    return Number(container) === expected || own.length === 1 ? `${scheme}:${host}:${actual}` : mapping;
  });
  return {
    code: 'WRONG_PORT',
    impact,
    confidence,
    explanation: loopback
      ? `The app listens on the loopback address of its own container only (port ${actual}), so the proxy cannot reach it: let it listen on 0.0.0.0.`
      : `The app listens on port ${actual}, but requests go to port ${expected}: lead them to ${actual}, or let the app listen on the port in $PORT.`,
    evidence,
    next: next.setPorts(name, [...new Set(mended)]),
  };
}
