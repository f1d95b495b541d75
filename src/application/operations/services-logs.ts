import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ServiceName, ServiceType } from '../../domain/names.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { defineQuery } from '../operation.ts';
import { title } from './services-facts.ts';

/** Most characters of one answer; the newest lines count. */
const BUDGET = 24_000;

export const servicesLogs = defineQuery({
  name: 'services_logs',
  listed: false,
  title: 'Read the log of a data service',
  description:
    'The newest lines that a database or another data service wrote, e.g. why it does not start; only those with grep in them.',
  input: z.strictObject({
    type: ServiceType.describe('e.g. postgres'),
    service: ServiceName,
    lines: z.int().min(1).max(2000).default(200).describe('How far back'),
    grep: z.string().min(1).max(200).optional().describe('Only lines with this text'),
  }),
  output: z.object({
    type: z.string(),
    service: z.string(),
    lines: z.number(),
    left_out: z.number().describe('Older lines that had no room'),
  }),
  async run({ type, service: name, lines, grep }, { services, signal }) {
    const key = { type, name };
    const service = await services.getByName(key, signal);
    const { state, problem, remedy } = conditionOf(service);
    if (service.status === 'missing') {
      throw new DomainError('CONFLICT', {
        reason: `The ${title(key)} has no container, so there is no log: ${problem ?? state}`,
        wayOut: remedy ?? 'Start it with services_set.',
      });
    }
    const all = (await services.logs(key, lines, signal))
      .split('\n')
      .filter((line) => grep === undefined || line.includes(grep));
    const shown = newest(all);
    const leftOut = all.length - shown.length;
    return {
      data: { type, service: name, lines: shown.length, left_out: leftOut },
      text: `Log of the ${title(key)} (${state}): ${shown.length} lines${leftOut === 0 ? '' : `, ${leftOut} older ones had no room; ask for fewer with grep`}.`,
      untrusted: shown.join('\n'),
    };
  },
});

function newest(lines: readonly string[]): readonly string[] {
  let room = BUDGET;
  const from = lines.findLastIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  return lines.slice(from + 1);
}
