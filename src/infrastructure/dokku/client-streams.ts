import type { ByteSink, Command, OutputLine } from '../../application/ports.ts';
import type { ExecRequest, OutputStream } from '../transport.ts';
import { LineSplitter } from './line-splitter.ts';

/** What a command gets to read: its text, or the pieces of its source. */
export function stdinOf({ stdin, source }: Command): Pick<ExecRequest, 'stdin'> {
  if (source !== undefined) return { stdin: source };
  return stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) };
}

/** Standard output goes to the sink, standard error is kept as always. */
export function intoSink(sink: ByteSink): NonNullable<ExecRequest['onOutput']> {
  return (stream, chunk) => (stream === 'stdout' ? sink.write(chunk) : undefined);
}

/** Whole, cleaned lines in order; the returned promise holds the transport back while the listener works. */
export function lineReader(onLine: (line: OutputLine) => void | Promise<void>) {
  const splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  const emit = async (stream: OutputStream, texts: readonly string[]): Promise<void> => {
    for (const text of texts) await onLine({ stream, text });
  };
  return {
    onOutput: (stream: OutputStream, chunk: Buffer): Promise<void> =>
      emit(stream, splitters[stream].push(chunk)),
    end: async (): Promise<void> => {
      await emit('stdout', splitters.stdout.end());
      await emit('stderr', splitters.stderr.end());
    },
  };
}
