import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { SEVERITIES } from '../../domain/infrastructure/finding.ts';
import type { Context } from '../context.ts';
import { defineQuery } from '../operation.ts';
import { FindingFact, hostReview } from './host-review.ts';

type Found = z.input<typeof FindingFact>;

const Reviewed = z.object({
  host: z.string(),
  /** False: the host could not be asked, which is its one finding. */
  reached: z.boolean(),
  apps: z.number(),
  findings: z.array(FindingFact),
});
type Reviewed = z.input<typeof Reviewed>;

export const hostsReview = defineQuery({
  name: 'hosts_review',
  listed: false,
  title: 'Review all hosts',
  description:
    'host_review of every configured host at once, most severe first, each finding with its host. A host that cannot be reached is a finding, and the others are reviewed all the same.',
  input: z.strictObject({
    hosts: z.array(z.string().max(100)).min(1).max(100).optional().describe('Only these; default: all'),
    deep: z.boolean().default(false).describe('Also count restarts (0.3 s per app)'),
  }),
  output: z.object({ hosts: z.array(Reviewed), counts: z.record(z.string(), z.number()) }),
  async run({ hosts, deep }, context) {
    const names = [...new Set(hosts ?? context.hosts)];
    const unknown = names.find((name) => !context.hosts.includes(name));
    if (unknown !== undefined) {
      throw new DomainError('HOST_NOT_CONFIGURED', { host: unknown, known: context.hosts });
    }
    const reviewed = await Promise.all(names.map((name) => reviewOne(name, deep, context)));
    const all = reviewed.flatMap(({ host, findings }) => findings.map((finding) => ({ host, ...finding })));
    const counts = Object.fromEntries(
      SEVERITIES.map((severity) => [severity, all.filter((one) => one.severity === severity).length]),
    );
    const sorted = all.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    const heads = reviewed.map(({ host, reached, apps, findings }) =>
      reached
        ? `${host}: ${count(apps, 'app')}, ${count(findings.length, 'finding')}`
        : `${host}: could not be reviewed`,
    );
    const told = sorted.map(({ host, severity, title, evidence, advice, call }) => {
      const way = call === undefined ? '' : `\n    call: ${call.name} ${JSON.stringify(call.arguments)}`;
      return `- ${severity}, ${host}: ${title}\n    seen: ${evidence}\n    ${advice}${way}`;
    });
    return { data: { hosts: reviewed, counts }, text: [...heads, ...told].join('\n') };
  },
});

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Never fails for what a host does, and always for what the caller does. */
async function reviewOne(host: string, deep: boolean, context: Context): Promise<Reviewed> {
  try {
    const { data } = await hostReview.run({ deep }, context.onHost(host));
    return { host, reached: true, apps: data.apps, findings: data.findings };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
    return { host, reached: false, apps: 0, findings: [unreached(error)] };
  }
}

function unreached({ code, message, remedy }: DomainError): Found {
  const refused = code === 'POLICY_DENIED';
  return {
    rule: refused ? 'host-not-allowed' : 'host-unreachable',
    severity: refused ? 'notice' : 'critical',
    subjects: [],
    title: refused ? 'The policy does not let this host be reviewed' : 'The host could not be asked',
    evidence: `${message} [${code}]`,
    advice: remedy,
  };
}
