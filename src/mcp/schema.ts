import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

type Json = { [key: string]: unknown };

/** Words of JSON Schema that cost a model tokens and tell it nothing: our own error messages explain the rule. */
const NOISE = new Set(['$schema', 'pattern', 'propertyNames']);
/** Every integer field of zod carries these bounds. */
const SAFE = new Set<unknown>([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/**
 * The JSON Schema (2020-12) of a zod object, as short as it can be: inputs are strict. Answers name their fields once:
 * which of them are always there is held by the zod schema itself, and stays out of what every conversation pays for.
 */
export function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Json {
  return prune(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), io) as Json;
}

function prune(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((item) => prune(item, io));
  if (value === null || typeof value !== 'object') return value;
  const pruned: Json = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === 'properties' && item !== null && typeof item === 'object') {
      pruned[key] = Object.fromEntries(
        Object.entries(item).map(([name, property]) => [name, prune(property, io)]),
      );
    } else if (!NOISE.has(key) && !SAFE.has(item) && !(io === 'output' && isOfInputs(key, item))) {
      pruned[key] = prune(item, io);
    }
  }
  return pruned;
}

function isOfInputs(key: string, item: unknown): boolean {
  return item === false || (key === 'required' && Array.isArray(item));
}

/**
 * Hands a JSON Schema to the SDK and lets every value through: the tool manager validates with the zod schema itself,
 * so that a refusal carries our code, the field and the way out instead of the SDK's text.
 */
export function advertised(json: Json): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'dokku-mcp',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}
