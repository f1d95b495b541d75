import { constants } from 'node:os';
import type { CommandResult } from '../../application/ports.ts';
import type { ExecOutcome } from '../transport.ts';

/** What came back over the transport as text and an exit code. */
export function resultOf({ exit, signal, stdout, stderr, durationMs }: ExecOutcome): CommandResult {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    exit: exit ?? exitOfSignal(signal),
    stdout: decoder.decode(stdout.data),
    stderr: decoder.decode(stderr.data),
    truncated: stdout.truncated || stderr.truncated,
    durationMs,
  };
}

/** As a shell reports it: 128 and the number of the signal, 255 when it is not known. SSH names it without SIG. */
function exitOfSignal(signal: string | undefined): number {
  const numbers: Readonly<Record<string, number | undefined>> = constants.signals;
  const number = numbers[`SIG${(signal ?? '').replace(/^SIG/, '')}`];
  return number === undefined ? 255 : 128 + number;
}
