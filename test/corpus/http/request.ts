import { OPERATOR } from './served.ts';

/** A request as it will be sent, byte for byte. */
export interface Draft {
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer;
}

export interface Asked {
  readonly rpc?: string;
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly id?: number;
  /** What stands in `params` besides: an answer to a question. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** The whole Authorization header; null: none. */
  readonly authorization?: string | null;
}

/** An honest request of 2026-07-28. */
export function draft(asked: Asked = {}): Draft {
  const { rpc = 'tools/call', tool = 'apps_list', args = {}, id = 1, more = {} } = asked;
  const { authorization = `Bearer ${OPERATOR}` } = asked;
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    'io.modelcontextprotocol/clientInfo': { name: 'corpus', version: '1' },
  };
  const named = rpc === 'tools/call' ? { name: tool, arguments: args } : {};
  const message = { jsonrpc: '2.0', id, method: rpc, params: { ...named, ...more, _meta: meta } };
  return {
    method: 'POST',
    path: '/mcp',
    headers: [
      ['Host', 'localhost'],
      ...(authorization === null ? [] : ([['Authorization', authorization]] as [string, string][])),
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['MCP-Protocol-Version', '2026-07-28'],
      ['Mcp-Method', rpc],
      ...(rpc === 'tools/call' ? ([['Mcp-Name', tool]] as [string, string][]) : []),
    ],
    body: Buffer.from(JSON.stringify(message)),
  };
}

/** Puts values in the place of a header, in any number. */
export function replaceHeader(request: Draft, name: string, values: readonly string[]): void {
  request.headers = request.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
  request.headers.push(...values.map((value): [string, string] => [name, value]));
}

/** The request as bytes; its length is told unless it says something of it itself. */
export function bytesOf({ method, path, headers, body }: Draft): Buffer {
  const told = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  const all = told || method === 'GET' ? headers : [...headers, ['Content-Length', String(body.length)]];
  const head = `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), method === 'GET' ? Buffer.alloc(0) : body]);
}
