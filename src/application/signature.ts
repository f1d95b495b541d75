import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/**
 * The input of an operation as a person writes types, with what each field says of itself:
 * `{app: string, limit?: {memory?: string}} // app: App name`. Short, for an answer that a model reads once.
 */
export function signature(input: z.ZodObject): string {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json;
  const notes = Object.entries(fieldsOf(schema)).flatMap(([name, field]) =>
    typeof field.description === 'string' ? [`${name}: ${field.description}`] : [],
  );
  return `${typeOf(schema)}${notes.length === 0 ? '' : ` // ${notes.join('; ')}`}`;
}

function typeOf(schema: Json): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return choices.map((choice: Json) => typeOf(choice)).join(' | ');
  if (schema.type === 'array') return `${typeOf((schema.items ?? {}) as Json)}[]`;
  if (schema.type !== 'object') return schema.type === 'integer' ? 'number' : String(schema.type ?? 'any');
  const fields = Object.entries(fieldsOf(schema));
  if (fields.length === 0) {
    const value = schema.additionalProperties;
    return value === null || typeof value !== 'object' ? '{}' : `{[name]: ${typeOf(value as Json)}}`;
  }
  const needed = new Set((schema.required ?? []) as string[]);
  return `{${fields.map(([name, field]) => `${name}${needed.has(name) ? '' : '?'}: ${typeOf(field)}`).join(', ')}}`;
}

function fieldsOf(schema: Json): Record<string, Json> {
  return (schema.properties ?? {}) as Record<string, Json>;
}
