import { Exit, type Invocation } from './invocation.ts';
import { fail, warning } from './output.ts';

/**
 * Asks on standard input whether this object may be destroyed (AskForDestructiveConfirmation of
 * plugins/common/common.go). Returns only when its name was typed.
 */
export function confirmDestruction(call: Invocation, name: string, kind: string): void {
  call.err(warning('WARNING: Potentially Destructive Action'));
  call.err(warning(`This command will destroy ${kind} ${name}.`));
  call.err(warning(`To proceed, type "${name}"`));
  call.out('> ');
  const typed = call.stdin.toString('utf8');
  if (typed === '') fail(call, 'EOF');
  const words = (typed.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  if (words[0] === '') fail(call, 'unexpected newline');
  if (words.length > 1) fail(call, 'expected newline');
  if (words[0] !== name) {
    call.err('Confirmation did not match test. Aborted.\n');
    throw new Exit(1);
  }
}
