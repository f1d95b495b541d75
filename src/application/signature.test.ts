import { expect, it } from 'vitest';
import { z } from 'zod';
import { signature } from './signature.ts';

it('is written as a person writes types, with the notes of the fields behind', () => {
  const input = z.strictObject({
    app: z.string().describe('App name'),
    action: z.enum(['add', 'clear']),
    limit: z.int().min(1).default(10).describe('Most rows'),
    values: z.record(z.string(), z.union([z.string(), z.strictObject({ env: z.string() })])).optional(),
    ports: z.array(z.string()).optional(),
  });
  expect(signature(input)).toBe(
    '{app: string, action: "add" | "clear", limit?: number, values?: {[name]: string | {env: string}}, ports?: string[]} // app: App name; limit: Most rows',
  );
});

it('says so when nothing is taken', () => {
  expect(signature(z.strictObject({}))).toBe('{}');
});
