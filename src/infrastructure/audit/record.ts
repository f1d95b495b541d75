import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProcessIdentity } from '../state/process-identity.ts';

/** What the first record of a log points back to. */
export const GENESIS = '0'.repeat(64);

const Phase = z.enum(['intent', 'outcome', 'refused', 'declined', 'revealed', 'used', 'system']);
export type Phase = z.infer<typeof Phase>;

const Link = z.string().regex(/^[0-9a-f]{64}$/);

/** What every record is about; which of it stands there depends on the phase. */
const Body = z.looseObject({
  phase: Phase,
  /** Joins an intent and its outcome. */
  id: z.string().optional(),
  host: z.string().optional(),
  app: z.string().optional(),
  operation: z.string().optional(),
  effect: z.enum(['read', 'read-secret', 'reversible', 'disruptive', 'destructive']).optional(),
  commands: z.array(z.string()).optional(),
  /** Digest of the plan that was carried out. */
  plan: z.string().optional(),
  actor: z.string().optional(),
  client: z.string().optional(),
  transport: z.string().optional(),
  principal: z.object({ sub: z.string(), client_id: z.string(), jti: z.string().exactOptional() }).optional(),
  address: z.string().optional(),
  writer: ProcessIdentity.optional(),
  postcondition: z.unknown().optional(),
  result: z.string().optional(),
  code: z.string().optional(),
  exit: z.number().optional(),
  duration_ms: z.number().optional(),
  found: z.string().optional(),
  resolved: z.string().optional(),
  reason: z.string().optional(),
  /** How many acts one record stands for, when there were too many to write each. */
  count: z.number().optional(),
  /** What a system record tells. */
  event: z.string().optional(),
  /** On the first record of a segment: the intents without outcome, so that older segments need not be read for them. */
  open: z.array(z.unknown()).optional(),
});
export type Body = z.infer<typeof Body>;

/** One line of the log. `hash` is SHA-256 over the bytes of the line without the hash field, `prev` that of the line before. */
export const AuditRecord = Body.extend({
  v: z.literal(1),
  seq: z.int().min(1),
  at: z.string(),
  prev: Link,
  hash: Link,
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** Where a chain stands: its last record. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The next line of a chain, without its line break, and the head after it. */
export function seal(head: Head, at: string, body: Body): { readonly line: string; readonly head: Head } {
  const seq = head.seq + 1;
  const text = JSON.stringify({ v: 1, seq, at, ...body, prev: head.hash });
  const hash = sha256(text);
  return { line: `${text.slice(0, -1)},"hash":"${hash}"}`, head: { seq, hash } };
}

/** A line as a record, whether or not its hash is right; undefined when it is none. */
export function parseLine(line: string): AuditRecord | undefined {
  try {
    return AuditRecord.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True when the line is, byte for byte, what its hash was made of. */
export function isIntact(line: string, hash: string): boolean {
  const end = `,"hash":"${hash}"}`;
  return line.endsWith(end) && sha256(`${line.slice(0, -end.length)}}`) === hash;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
