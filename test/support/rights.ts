import type { z } from 'zod';
import { Rights } from '../../src/application/rights.ts';
import type { Subject } from '../../src/domain/policy/decide.ts';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';

const catalogue = new Catalogue();

/** What a role may do under a policy as a file would hold it; without one, all that the defaults let. */
export function rightsUnder(
  policy: z.input<typeof PolicySchema> = {},
  subject: Partial<Subject> = {},
): Rights {
  return new Rights({
    policy: PolicySchema.parse(policy),
    catalogue,
    subject: { role: 'operator', host: 'sim', readOnly: false, ...subject },
  });
}
