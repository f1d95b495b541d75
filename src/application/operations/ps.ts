import { z } from 'zod';
import type { AppState } from '../../domain/application/application.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { ProcessType } from '../../domain/names.ts';
import { followCall } from '../addressed.ts';
import type { Context } from '../context.ts';
import { type Done, defineChange } from '../operation.ts';
import { raiseFailure } from '../workflows/deploy-answer.ts';
import { app, processCounts } from './fields.ts';

const scaling = { kind: 'command', command: 'ps:scale' } as const;
const starting = { kind: 'command', command: 'ps:start' } as const;

const State = z.object({
  app: z.string(),
  running: z.string(),
  scale: z.record(z.string(), z.number()),
  deploy: z.string().optional(),
  deploy_status: z.string().optional(),
});

export const psScale = defineChange({
  name: 'ps_scale',
  title: 'Scale processes',
  description:
    'Set how many instances of each process type run; others keep theirs. 0 stops a type; when nothing would be left a person has to agree.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({ app, processes: processCounts }),
  output: State,
  async plan({ app, processes }, { apps, permissions, signal }) {
    const tooMany = Object.entries(processes).find(([, count]) => count > permissions.maxProcesses);
    if (tooMany !== undefined) {
      throw new ValidationError(
        `processes.${tooMany[0]}`,
        `more than ${permissions.maxProcesses} instances are not allowed here`,
        {
          wayOut: 'The limit is security.max_processes in the configuration of this server.',
        },
      );
    }
    const { scale, state } = await apps.getByName(app, signal);
    if (scale.fixedByAppJson) {
      throw new DomainError('CONFLICT', {
        reason: `The app.json of ${app} holds a formation (${words(scale.desired)}), so Dokku refuses to scale it by hand.`,
        wayOut: 'Change the formation in app.json and deploy, or remove it there.',
      });
    }
    const unknown = Object.keys(processes).filter((type) => !(type in scale.desired));
    const after = { ...scale.desired, ...processes };
    const stopsAll = state !== 'created' && Object.values(after).every((count) => count === 0);
    const before = pick(processes, scale.desired);
    return {
      summary: `Scale ${app} to ${words(processes)}`,
      effect: 'disruptive',
      app,
      commands: [{ name: 'ps:scale', args: [app, ...pairs(processes)] }],
      consequences: [
        `Now: ${words(scale.desired) || 'nothing'}.`,
        ...(stopsAll ? [`Nothing of ${app} will run any more.`] : []),
        ...unknown.map(
          (type) =>
            `${type} is not known yet: if the Procfile has no such type, Dokku starts the image's own command under that name.`,
        ),
        'New processes take about 10 to 20 s each, one after the other.',
      ],
      facts: { app, scale: scale.desired },
      needsConsent: stopsAll,
      ...(stopsAll ? { typedName: app } : {}),
      inverse: [{ name: 'ps:scale', args: [app, ...pairs(before)] }],
      before: { scale: before },
      ...(state === 'created' || state === 'stopped' ? {} : { job: scaling, back: { job: scaling } }),
    };
  },
  async observe({ app, processes }, { apps, signal }) {
    const { scale } = await apps.getByName(app, signal);
    return { scale: pick(processes, scale.desired) };
  },
  async readBack({ app, processes }, context, done) {
    const answer = await stateOf(app, context, done);
    const wrong = Object.entries(processes).filter(
      ([type, count]) => (answer.data.scale[type] ?? 0) !== count,
    );
    if (wrong.length > 0 && done.deployment?.status !== 'running') {
      if (done.deployment !== undefined) raiseFailure(done.deployment, 'ps:scale', context);
      throw new DomainError('NOT_APPLIED', {
        command: 'ps:scale',
        found: words(answer.data.scale),
        wayOut: 'A formation in app.json or another change may have come between; call apps_info.',
      });
    }
    return answer;
  },
});

export const psControl = defineChange({
  name: 'ps_control',
  title: 'Start, stop or restart an app',
  description:
    'start runs release tasks (migrations) again. stop always stops the whole app and keeps it down over a reboot. restart can name one process type.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({
    app,
    action: z.enum(['start', 'stop', 'restart']),
    process: ProcessType.optional().describe('Only for restart'),
  }),
  output: State,
  async plan({ app, action, process }, { apps, signal }) {
    const { scale, state, running } = await apps.getByName(app, signal);
    if (state === 'created') throw new DomainError('NOT_DEPLOYED', { app });
    if (process !== undefined && action !== 'restart') {
      throw new ValidationError('process', `${action} always means the whole app on Dokku`, {
        wayOut: `Leave process out, or stop one type with ps_scale {"${process}": 0}.`,
      });
    }
    if (process !== undefined && !(process in scale.desired)) {
      throw new DomainError('NOT_FOUND', {
        what: `process type of ${app}`,
        name: process,
        nearest: Object.keys(scale.desired),
      });
    }
    return {
      summary: `${{ start: 'Start', stop: 'Stop', restart: 'Restart' }[action]} ${process === undefined ? app : `${process} of ${app}`}`,
      effect: 'disruptive',
      app,
      commands: [{ name: `ps:${action}`, args: process === undefined ? [app] : [app, process] }],
      consequences: {
        start: [
          'The predeploy, release and postdeploy tasks run again (migrations).',
          'A start of an app that runs only writes the proxy configuration again.',
        ],
        stop: [
          'Every process of the app stops and requests end in 502.',
          'It stays down after a reboot of the host until it is started.',
        ],
        restart: [
          'New processes start and pass their checks before the old ones go; the postdeploy task runs, release tasks do not.',
        ],
      }[action],
      facts: { app, state, running },
      before: { state },
      ...wayBack(app, action, state),
      ...(action === 'stop' ? {} : { job: { kind: 'command' as const, command: `ps:${action}` } }),
    };
  },
  async observe({ app }, { apps, signal }) {
    return { state: (await apps.getByName(app, signal)).state };
  },
  async readBack({ app, action }, context, done) {
    const answer = await stateOf(app, context, done);
    const { running } = answer.data;
    const ended = done.deployment === undefined || done.deployment.status === 'succeeded';
    if (ended && (action === 'stop' ? running !== 'false' : running === 'false')) {
      throw new DomainError('NOT_APPLIED', {
        command: `ps:${action}`,
        found: `the processes are running: ${running}`,
        wayOut: 'Read the logs with logs_read, then call apps_info.',
      });
    }
    return answer;
  },
});

/** What ran already is not stopped by taking back its start, and the other way round. */
function wayBack(app: string, action: 'start' | 'stop' | 'restart', state: AppState) {
  if (action === 'start' && state === 'stopped') return { inverse: [{ name: 'ps:stop', args: [app] }] };
  if (action === 'stop' && state !== 'stopped') {
    return { inverse: [{ name: 'ps:start', args: [app] }], back: { job: starting } };
  }
  return { noWayBack: `${action} left nothing that could be set back.` };
}

async function stateOf(app: string, context: Context, { deployment }: Done) {
  const { apps, signal } = context;
  const { running, scale, processes } = await apps.getByName(app, signal);
  const list = processes.map(({ type, index, state }) => `${type}.${index} ${state}`).join(', ');
  const work =
    deployment === undefined
      ? ''
      : `\n${deployment.diagnosis?.cause ?? ''}\nWork: ${deployment.status} (deploy ${deployment.id})${deployment.status === 'running' ? `; follow it with ${followCall(deployment, context)}.` : '.'}`;
  return {
    data: {
      app,
      running,
      scale: { ...scale.desired },
      ...(deployment === undefined ? {} : { deploy: deployment.id, deploy_status: deployment.status }),
    },
    text: `${app}: running ${running}, scale ${words(scale.desired) || 'none'}; ${list || 'no processes'}.${work.replace('\n\n', '\n')}`,
  };
}

function pick(wanted: Readonly<Record<string, number>>, from: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.keys(wanted).map((type) => [type, from[type] ?? 0]));
}

function pairs(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(([type, count]) => `${type}=${count}`);
}

function words(counts: Readonly<Record<string, number>>): string {
  return pairs(counts).join(' ');
}
