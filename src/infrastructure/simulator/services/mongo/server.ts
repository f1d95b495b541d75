import { gunzipSync, gzipSync } from 'node:zlib';
import type { SimulatedDatastore } from '../datastore.ts';
import type { ClientResult, DatabaseServer, RestoreResult } from '../server.ts';
import { databaseName } from '../target.ts';
import { createDocumentStore, type DocumentStore } from './documents.ts';

/* MongoDB, not recorded: enough of mongosh to put documents in and count them, and dumps that carry them. */

const PIECE = 64 * 1024;

function storeOf({ data }: SimulatedDatastore): DocumentStore {
  return data.kind === 'documents' ? data : createDocumentStore();
}

function answer(store: DocumentStore, line: string): string {
  const [, name = '', method = '', argument = ''] = /^db\.(\w+)\.(\w+)\((.*)\);?$/.exec(line.trim()) ?? [];
  const documents = store.collections.get(name) ?? [];
  switch (method) {
    case 'insertOne':
      store.collections.set(name, [...documents, argument]);
      return '{ acknowledged: true }';
    case 'countDocuments':
      return String(documents.length);
    case 'find':
      return `[${documents.map((text) => `\n  ${text}`).join(',')}${documents.length === 0 ? '' : '\n'}]`;
    case 'drop':
      return String(store.collections.delete(name));
    default:
      return line.trim() === 'show collections'
        ? [...store.collections.keys()].sort().join('\n')
        : `ReferenceError: ${line.trim().split(/\W/, 1)[0]} is not defined`;
  }
}

function mongosh(service: SimulatedDatastore, input: string): ClientResult {
  const prompt = `${databaseName(service)}> `;
  const lines = input.split('\n').filter((line) => line.trim() !== '');
  const text = lines.map((line) => `${prompt}${answer(storeOf(service), line)}\n`).join('');
  return { output: [{ stream: 'stdout', text: `${text}${prompt}` }], exit: 0 };
}

/** An archive is one gzip stream; padding follows as gzip members that hold nothing but blanks. */
function* dump(service: SimulatedDatastore): Generator<Buffer> {
  yield gzipSync(JSON.stringify([...storeOf(service).collections]));
  const piece = gzipSync(Buffer.alloc(PIECE, ' '), { level: 0 });
  for (let left = service.padding; left > 0; left -= PIECE) yield piece;
}

function restore(service: SimulatedDatastore, bytes: Buffer): RestoreResult {
  try {
    const packed = gunzipSync(bytes).toString('utf8');
    const found = JSON.parse(packed) as [string, string[]][];
    const store = createDocumentStore();
    for (const [name, documents] of found) store.collections.set(name, documents);
    service.data = store;
    return { exit: 0, error: '' };
  } catch {
    return { exit: 1, error: 'Failed: stream or file does not appear to be a mongodump archive\n' };
  }
}

/** MongoDB as the image of that name runs it. */
export const mongoServer: DatabaseServer = {
  directory: '/',
  empty: createDocumentStore,
  environment: () => ({}),
  crash: () => undefined,
  booted: (_, { now, log }) =>
    log(
      JSON.stringify({
        t: { $date: new Date(now).toISOString() },
        s: 'I',
        c: 'NETWORK',
        id: 23016,
        ctx: 'listener',
        msg: 'Waiting for connections',
        attr: { port: 27017, ssl: 'off' },
      }),
    ),
  stopped: ({ now, log }) =>
    log(
      JSON.stringify({
        t: { $date: new Date(now).toISOString() },
        s: 'I',
        c: 'CONTROL',
        id: 20565,
        ctx: 'SignalHandler',
        msg: 'Now exiting',
      }),
    ),
  connect: (service, input) => mongosh(service, input),
  banner: (service) => `${databaseName(service)}> `,
  program: () => undefined,
  dump,
  restore,
};
