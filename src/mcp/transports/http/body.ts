import type { IncomingMessage } from 'node:http';
import type { Refusal } from './answer.ts';
import { LARGEST_BODY, tooLarge } from './guards.ts';

/** How deep values may stand in each other; our tools take far less, and whoever walks them need not fear for its stack. */
const DEEPEST = 64;

export type Body = { readonly message: object } | { readonly refusal: Refusal };

/** Reads one JSON-RPC message of at most 1 MiB. Counts while it comes in, so that no more than that is ever held. */
export async function readMessage(req: IncomingMessage): Promise<Body> {
  const bytes = await collect(req);
  if (bytes === 'too large') return { refusal: tooLarge() };
  if (bytes === 'gone') return { refusal: bad('the body did not arrive whole') };
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return { refusal: bad('the body is no JSON in UTF-8') };
  }
  if (Array.isArray(message)) return { refusal: bad('batches are not taken: send one message') };
  if (typeof message !== 'object' || message === null) return { refusal: bad('the body is no message') };
  if (isDeeper(message, DEEPEST)) return { refusal: bad(`values stand more than ${DEEPEST} deep`) };
  return { message };
}

function collect(req: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Buffer | 'too large' | 'gone'): void => {
      req.off('data', take);
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > LARGEST_BODY) finish('too large');
      else chunks.push(chunk);
    };
    req.on('data', take);
    req.once('end', () => finish(Buffer.concat(chunks)));
    req.once('close', () => finish('gone'));
    req.once('error', () => finish('gone'));
  });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

function bad(message: string): Refusal {
  return { status: 400, error: 'invalid_request', message };
}
