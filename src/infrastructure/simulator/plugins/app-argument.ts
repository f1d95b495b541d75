import { requireAppOfShell } from '../access.ts';
import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/** The arguments with the app of `--app` before them, for the commands that ask for it themselves. */
export function withGlobalApp(call: Invocation): readonly string[] {
  return call.flags.app === undefined ? call.args : [call.flags.app, ...call.args];
}

/** The app a command is about, after the word that scripts have for none at all. */
export function namedApp(call: Invocation, name = ''): SimulatedApp {
  if (name === '') fail(call, 'Please specify an app to run the command on');
  return requireAppOfShell(call, name);
}
