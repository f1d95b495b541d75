import type { Command } from '../ports.ts';

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;

/** The variables that a command sets, whoever made it: Dokku prints them again in its answer. */
export function variablesOf({ name, args, stdin }: Command): [key: string, value: string][] {
  if (name === 'config:set') {
    const encoded = args.some((word) => word === '--encoded' || word === '--encoded=true');
    return args.flatMap(assignment).map(([key, value]) => [key, encoded ? decoded(value) : value]);
  }
  if (stdin === undefined) return args.flatMap(assignment);
  if (name === 'config:import') return parsed(stdin);
  // A password on standard input, as registry:login and git:auth take it.
  return /^(?:registry:login|git:auth|git:auth-status)$/.test(name) ? [['PASSWORD', stdin.trim()]] : [];
}

function assignment(word: string): [string, string][] {
  const [, key, value = ''] = ASSIGNMENT.exec(word) ?? [];
  return key === undefined ? [] : [[key, value]];
}

/** Variables as JSON or as lines `KEY=value`, the value perhaps quoted. */
function parsed(text: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : []));
  } catch {
    return text
      .split(/\r?\n/)
      .flatMap((line) =>
        assignment(line.replace(/^\s*(?:export\s+)?/, '')).map(([key, value]): [string, string] => [
          key,
          value.replace(/^(["'])(.*)\1$/, '$2'),
        ]),
      );
  }
}

function decoded(value: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value), (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}
