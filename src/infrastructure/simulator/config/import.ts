import { EnvFileFault } from './env-file.ts';
import { firstJsonValue } from './go-json.ts';

/** What `config:import --format json` reads; throws EnvFileFault with the words of Go's encoding/json. */
export function readJsonVariables(text: string): Map<string, string> {
  const value = JSON.parse(firstJsonValue(text)) as unknown;
  if (value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new EnvFileFault(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]string`);
  }
  const variables = new Map<string, string>();
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== null && typeof entry !== 'string') {
      throw new EnvFileFault(`json: cannot unmarshal ${goKind(entry)} into Go value of type string`);
    }
    variables.set(key, entry ?? '');
  }
  return variables;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
