import { EnvFileFault, readEnvFile } from './env-file.ts';

/** What `config:import --format json` reads; throws with the words of Go's encoding/json. */
export function readJsonVariables(text: string): Map<string, string> {
  if (text.trim() === '') throw new EnvFileFault('EOF');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EnvFileFault(jsonFault(text.trim()));
  }
  if (value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new EnvFileFault(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]string`);
  }
  const variables = new Map<string, string>();
  for (const [key, entry] of Object.entries(value)) {
    if (entry === null) variables.set(key, '');
    else if (typeof entry === 'string') variables.set(key, entry);
    else throw new EnvFileFault(`json: cannot unmarshal ${goKind(entry)} into Go value of type string`);
  }
  return variables;
}

/** What `config:import` reads by default. */
export function readImportedEnvFile(text: string): Map<string, string> {
  return readEnvFile(text);
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function jsonFault(text: string): string {
  const first = text.charAt(0);
  if (/[{["\-\dtfn]/.test(first)) {
    return /[}\]"]$/.test(text)
      ? "invalid character '}' looking for beginning of object key string"
      : 'unexpected EOF';
  }
  return `invalid character '${first}' looking for beginning of value`;
}
