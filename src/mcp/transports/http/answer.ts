import type { IncomingMessage, ServerResponse } from 'node:http';

/** Why a request is not served. The words are for whoever sent it: they hold nothing of ours and repeat nothing of theirs. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a client that is refused may go on sending before its connection is cut, so that it can read the answer. */
const LINGER_MS = 1_000;
/** And how much of it is thrown away: whoever sends more has to wait. */
const LINGER_BYTES = 256 * 1024;

/** Answers with JSON that nobody may keep. */
export function send(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  res.end(text);
}

/**
 * Answers with the refusal and closes the connection: nothing that follows on it is taken for a request. What the client
 * still sends is thrown away unread, for a moment.
 */
export function refuse(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  const { status, error, message, headers } = refusal;
  const text = JSON.stringify({ error, error_description: message });
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
    connection: 'close',
  });
  res.write(text);
  if (req.complete) {
    res.end();
    return;
  }
  const late = setTimeout(() => res.end(), LINGER_MS);
  const end = (): void => {
    clearTimeout(late);
    res.end();
  };
  req.once('end', end);
  req.once('close', end);
  req.once('error', end);
  let thrown = 0;
  req.on('data', (chunk: Buffer) => {
    thrown += chunk.length;
    if (thrown > LINGER_BYTES) req.pause();
  });
}
