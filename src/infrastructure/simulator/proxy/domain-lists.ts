import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { isValidHostname } from './domains.ts';

/** Ends the command at the first name that is no host name. */
export function checkHostnames(call: Invocation, names: readonly string[]): void {
  for (const name of names) if (!isValidHostname(name)) fail(call, `${name} is invalid. exiting...`);
}

/** `sed "/^NAME$/d"`: the name is a pattern in which a dot stands for any character. */
export function withoutDomain(names: readonly string[], name: string): string[] {
  const escaped = name.replace(/[+?(){}|\\]/g, '\\$&').replace(/^\*/, '\\*');
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${escaped}$`);
  } catch {
    return [...names]; // sed refuses such a pattern, names with these characters never come in
  }
  return names.filter((known) => !pattern.test(known));
}
