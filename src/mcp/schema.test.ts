import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from './schema.ts';

describe('jsonSchema', () => {
  it('keeps inputs strict and drops what tells a model nothing', () => {
    const input = z.strictObject({
      app: z.string().regex(/^a+$/).describe('App name'),
      count: z.int().default(3),
      values: z.record(z.string().regex(/^A/), z.string()).optional(),
    });
    expect(jsonSchema(input, 'input')).toEqual({
      type: 'object',
      properties: {
        app: { type: 'string', description: 'App name' },
        count: { default: 3, type: 'integer' },
        values: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['app'],
      additionalProperties: false,
    });
  });

  it('leaves answers open and lets a field have the name of a word of the language', () => {
    const output = z.object({ pattern: z.string(), $schema: z.object({ propertyNames: z.number() }) });
    expect(jsonSchema(output, 'output')).toEqual({
      type: 'object',
      properties: {
        pattern: { type: 'string' },
        $schema: {
          type: 'object',
          properties: { propertyNames: { type: 'number' } },
        },
      },
    });
  });
});
