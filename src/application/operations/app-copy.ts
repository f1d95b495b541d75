import { z } from 'zod';
import type { AppDescription } from '../../domain/application/description.ts';
import { describeSource } from '../../domain/application/source.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { AppName } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import { type CopyOf, copyOf } from '../description/copy.ts';
import { planDescription } from '../description/plan.ts';
import { settled, tellJob } from '../description/settled.ts';
import { absentState, readState } from '../description/state.ts';
import { defineChange } from '../operation.ts';

const Input = z.strictObject({
  from_host: z.string().min(1).max(100).describe('The host that has the app; host is the one that gets it'),
  from_app: AppName.describe('The app there'),
  app: AppName.optional().describe('Its name here; default: the same'),
  domains: z
    .boolean()
    .default(true)
    .describe('Take its domains along; DNS leads to the old host until it is changed'),
  deploy: z
    .boolean()
    .optional()
    .describe('Deploy as the last step; default: only when neither service links nor mounts stay behind'),
});
type Input = z.output<typeof Input>;

export const appCopy = defineChange({
  name: 'app_copy',
  listed: false,
  title: 'Copy an app from another host',
  description:
    'Makes an app on this host (host) like one on another host (from_host): config with values nobody sees, domains, ports, scale, limits, checks, docker options, builder, nginx, and its source deployed last. The old host is only read. Data, service links, mounts, certificates stay behind and are listed with the call that makes them here.',
  effect: 'disruptive',
  idempotent: false,
  input: Input,
  output: z.object({
    app: z.string(),
    from: z.object({ host: z.string(), app: z.string() }),
    left: z.array(z.object({ what: z.string(), why: z.string(), call: z.string() })),
    deploy: z.string().optional(),
  }),
  async plan(input, context) {
    const app = input.app ?? input.from_app;
    if (input.from_host === context.host && app === input.from_app) {
      throw new ValidationError('from_host', 'is the host that would get the copy, under the same name', {
        wayOut: `Name the other host as host (one of ${context.hosts.join(', ')}), or give the copy another name as app.`,
      });
    }
    const { copy, domains } = await copied(input, app, context);
    context.apps.invalidate(app);
    if ((await context.apps.names(context.signal)).includes(app)) {
      throw new DomainError('NAME_TAKEN', { what: 'app', name: app });
    }
    const wish = { wanted: copy.wanted, state: absentState(app), restart: false };
    const plan = await planDescription(wish, context);
    return {
      ...plan,
      summary: `Copy ${input.from_app} of ${input.from_host} to ${app} on ${context.host}`,
      consequences: [
        `${input.from_app} on ${input.from_host} is only read, and runs on.`,
        ...(Object.keys(copy.wanted.config ?? {}).length === 0
          ? []
          : ['Config travels on standard input; nobody is shown a value.']),
        ...(domains.length === 0
          ? []
          : [
              `DNS of ${domains.join(', ')} still leads to ${input.from_host} until it is changed; certificates wait for that.`,
            ]),
        ...copy.left.map(({ what, why, call }) => `Stays behind: ${what} (${why}). Make it with: ${call}`),
        ...deployNotes(copy, app),
        ...plan.consequences,
      ],
    };
  },
  async readBack(input, context, done) {
    const app = input.app ?? input.from_app;
    const { copy } = await copied(input, app, context);
    const { deployment } = await settled(copy.wanted, context, done);
    const left = copy.left.map(({ what, call }) => `\nLeft to do: ${what}: ${call}`);
    return {
      data: {
        app,
        from: { host: input.from_host, app: input.from_app },
        left: copy.left.map((one) => ({ ...one })),
        ...(deployment === undefined ? {} : { deploy: deployment.id }),
      },
      text: `${app} on ${context.host} is a copy of ${input.from_app} on ${input.from_host}; read back equal.${tellJob(deployment, context)}${left.join('')}`,
    };
  },
});

interface Copied {
  readonly copy: CopyOf;
  readonly domains: readonly string[];
}

/** Reads the app on its host, with the rights of the caller there. */
async function copied(input: Input, app: Input['from_app'], context: Context): Promise<Copied> {
  const state = await readState(context.onHost(input.from_host), input.from_app);
  const copy = copyOf(state, app, context);
  const { domains, source, ...rest } = copy.wanted;
  const essential = state.settings.services.length > 0 || state.app.mounts.length > 0;
  const wanted: AppDescription = {
    ...rest,
    ...(input.domains && domains !== undefined && domains.length > 0 ? { domains } : {}),
    ...(source !== undefined && (input.deploy ?? !essential) ? { source } : {}),
  };
  return { copy: { ...copy, wanted }, domains: wanted.domains ?? [] };
}

function deployNotes({ wanted, source }: CopyOf, app: string): string[] {
  if (source === undefined) return [`Nothing is deployed: no source of ${app} can be fetched from here.`];
  if (wanted.source === undefined) {
    return [
      `Nothing is deployed yet: first make what stays behind, then deploy_start with ${describeSource(source)}, or call with deploy: true.`,
    ];
  }
  return source.kind === 'image'
    ? [`This host pulls ${source.image} itself: an image that was only loaded on the old host is not found.`]
    : ['This host fetches the source itself: it needs its own access (git:auth, deploy key).'];
}
