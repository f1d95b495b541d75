import { byBytes, requireApp, requireAppOfShell, setProperty } from './access.ts';
import type { Handler, Invocation } from './invocation.ts';
import { fail, title } from './output.ts';
import { parseFlags } from './pflag.ts';
import type { SimulatedApp } from './state.ts';

/** The properties that a plugin's `:set` command takes. */
export interface PropertyDeclaration {
  readonly plugin: string;
  /** Keys of an app. A Go plugin takes its global keys for an app too. */
  readonly keys: readonly string[];
  /** Keys of `--global`. A shell plugin takes every key globally. */
  readonly globalKeys: readonly string[];
  /** Go plugins say `Invalid property`, shell plugins `Invalid key`. */
  readonly style: 'go' | 'shell';
  /** Runs before the value is stored: refuses it with `fail`, or returns the value that is stored. */
  readonly check?: (call: Invocation, change: PropertyChange) => string | undefined;
  /** Runs after the value is stored. */
  readonly changed?: (call: Invocation, change: PropertyChange) => void | Promise<void>;
  /** What the command costs, milliseconds. */
  readonly cost?: number;
}

export interface PropertyChange {
  readonly target: SimulatedApp | '--global';
  readonly key: string;
  /** '' unsets the key. */
  readonly value: string;
}

/** The `:set` command: CommandPropertySet of plugins/common/properties.go, or the scripts of shell plugins. */
export function propertyHandler(declaration: PropertyDeclaration): Handler {
  return async (call) => {
    await call.sleep(declaration.cost ?? 40);
    const [name, key, value] = declaration.style === 'go' ? goArguments(call) : call.args;
    const change = accept(call, declaration, name ?? '', key ?? '', value ?? '');
    const stored = declaration.check?.(call, change) ?? change.value;
    if (!call.flags.quiet) {
      call.out(
        title(change.value === '' ? `Unsetting ${change.key}` : `Setting ${change.key} to ${change.value}`),
      );
    }
    setProperty(call.host, declaration.plugin, change.target, change.key, stored);
    await declaration.changed?.(call, change);
    return 0;
  };
}

function goArguments(call: Invocation): readonly string[] {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  return flags.has('global') ? ['--global', ...flags.rest] : flags.rest;
}

function accept(
  call: Invocation,
  declaration: PropertyDeclaration,
  name: string,
  key: string,
  value: string,
): PropertyChange {
  const require = declaration.style === 'go' ? requireApp : requireAppOfShell;
  const target = name === '--global' ? name : require(call, name);
  if (declaration.style === 'shell') {
    if (key === '') fail(call, 'No key specified');
    if (!declaration.keys.includes(key)) {
      fail(call, `Invalid key specified, valid keys include: ${declaration.keys.join(', ')}`);
    }
    return { target, key, value };
  }
  if (target === '--global' && !declaration.globalKeys.includes(key)) {
    fail(call, 'Property cannot be specified globally');
  }
  if (key === '') fail(call, 'No property specified');
  const known = [...new Set([...declaration.keys, ...declaration.globalKeys])].sort(byBytes);
  if (!known.includes(key)) {
    fail(call, `Invalid property specified, valid properties include: ${known.join(', ')}`);
  }
  return { target, key, value };
}
