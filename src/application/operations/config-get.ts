import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { EnvKey } from '../../domain/names.ts';
import { defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { app } from './fields.ts';

const Variable = z.object({
  key: z.string(),
  length: z.number(),
  fingerprint: z.string(),
  value: z.string().optional(),
});

export const configGet = defineQuery({
  name: 'config_get',
  title: 'Show config variables',
  description:
    'Names of the config variables with length and fingerprint (equal fingerprints = equal values). Values stay masked; reveal works only where the configuration of this server allows it.',
  input: z.strictObject({
    app,
    keys: z.array(EnvKey).max(200).optional().describe('Only these'),
    reveal: z.boolean().default(false).describe('Show the values'),
  }),
  output: z.object({ app: z.string(), variables: z.array(Variable), absent: z.array(z.string()) }),
  async run({ app, keys, reveal }, { config, permissions, fingerprint, signal }) {
    if (reveal && !permissions.reveal) {
      throw new DomainError('POLICY_DENIED', {
        what: 'reveal',
        rule: 'revealing values needs security.reveal: true in the configuration of this server',
      });
    }
    const all = await config.getAll(app, signal);
    const wanted = keys ?? [...all.keys()].sort();
    const variables = wanted.flatMap((key) => {
      const value = all.get(key);
      if (value === undefined) return [];
      const shown = { key, length: value.length, fingerprint: fingerprint(value) };
      return [reveal ? { ...shown, value } : shown];
    });
    const absent = wanted.filter((key) => !all.has(key));
    const rows = variables.map((found) => [
      found.key,
      'value' in found ? String(found.value) : '********',
      `${found.length} characters`,
      found.fingerprint,
    ]);
    const none = absent.length === 0 ? '' : `\nNot set: ${absent.join(', ')}`;
    const text =
      rows.length === 0
        ? `${app} has no such variables.`
        : table(['key', 'value', 'length', 'fingerprint'], rows);
    return { data: { app, variables, absent }, text: text + none, revealed: reveal };
  },
});
