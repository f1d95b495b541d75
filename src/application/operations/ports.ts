import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { PortMapping } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import { defineChange } from '../operation.ts';
import { app } from './fields.ts';

export const portsSet = defineChange({
  name: 'ports_set',
  listed: false,
  title: 'Change port mappings',
  description:
    'Add, remove, replace (set) or clear the mappings from host ports to container ports of an app.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({
    app,
    action: z.enum(['add', 'remove', 'set', 'clear']),
    ports: z
      .array(PortMapping)
      .max(20)
      .default([])
      .describe('scheme:host-port:container-port, e.g. http:80:5000'),
  }),
  output: z.object({ app: z.string(), ports: z.array(z.string()), warnings: z.array(z.string()) }),
  async plan({ app, action, ports }, context) {
    if (action === 'clear' ? ports.length > 0 : ports.length === 0) {
      throw new ValidationError(
        'ports',
        action === 'clear' ? 'clear takes none' : `${action} needs at least one`,
      );
    }
    const before = await read(app, context);
    const absent = action === 'remove' ? ports.find((port) => !before.includes(port)) : undefined;
    if (absent !== undefined) {
      throw new DomainError('NOT_FOUND', {
        what: 'port mapping',
        name: absent,
        wayOut: `It has: ${before.join(', ') || 'none'}.`,
      });
    }
    return {
      summary: `${{ add: 'Add', remove: 'Remove', set: 'Set', clear: 'Clear' }[action]} port mappings of ${app}${ports.length === 0 ? '' : `: ${ports.join(', ')}`}`,
      effect: 'disruptive',
      app,
      commands: [{ name: `ports:${action}`, args: [app, ...ports] }],
      consequences: [
        'nginx reloads with the new mapping (3 to 6 s); requests to ports that are gone fail at once.',
      ],
      facts: { app, ports: before },
      before: { ports: before },
      inverse: [
        before.length === 0
          ? { name: 'ports:clear', args: [app] }
          : { name: 'ports:set', args: [app, ...before] },
      ],
    };
  },
  async observe({ app }, context) {
    return { ports: await read(app, context) };
  },
  async readBack({ app, action, ports }, context) {
    const now = await read(app, context);
    const wrong = ports.filter((port) => now.includes(port) === (action === 'remove'));
    const surplus =
      action === 'set' || action === 'clear'
        ? now.filter((name) => !ports.some((port) => port === name))
        : [];
    if (wrong.length + surplus.length > 0) {
      throw new DomainError('NOT_APPLIED', {
        command: `ports:${action}`,
        found: `the mappings are ${now.join(', ') || 'none'}`,
        wayOut: 'Look at the app with apps_info and call again.',
      });
    }
    const warnings = await deaf(app, now, context);
    const text = [
      `Port mappings of ${app} now: ${now.join(', ') || 'none (detected ones serve)'}.`,
      ...warnings,
    ];
    return { data: { app, ports: [...now], warnings }, text: text.join('\n') };
  },
});

async function read(app: string, { client, signal }: Context): Promise<readonly string[]> {
  const { stdout } = await client.execute({ name: 'ports:report', args: [app, '--ports-map'] }, { signal });
  return stdout.split(/\s+/).filter((word) => word !== '');
}

/** Dokku accepts a mapping to a port where nothing listens; requests then end in 502. */
async function deaf(app: string, mappings: readonly string[], { apps, signal }: Context): Promise<string[]> {
  const { listeners, ports } = await apps.getByName(app, signal);
  if (listeners.length === 0) return [];
  const open = new Set([...listeners, ...ports.detected].map((place) => place.split(':').at(-1)));
  return mappings
    .filter((mapping) => !open.has(mapping.split(':')[2]))
    .map(
      (mapping) =>
        `Warning: nothing is known to listen on container port ${mapping.split(':')[2]} (${mapping}); the app listens on ${[...open].join(', ')}, so requests would end in 502.`,
    );
}
