import { z } from 'zod';
import type { Application } from '../../domain/application/application.ts';
import type { DeploySource } from '../../domain/application/deployment.ts';
import { chooseRollback } from '../../domain/application/releases.ts';
import {
  describeServed,
  servesAsked,
  withoutAddressSecrets,
} from '../../domain/application/served-source.ts';
import {
  ArchiveType,
  ArchiveUrl,
  describeSource,
  GitRef,
  GitUrl,
  ImageRef,
  sourceOf,
} from '../../domain/application/source.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import { type Done, defineChange, type Plan } from '../operation.ts';
import { DeployFact, deployFact, deployText, raiseFailure } from '../workflows/deploy-answer.ts';
import { wayBack } from '../workflows/deploy-back.ts';
import { deployCommand } from '../workflows/deploy-command.ts';
import { buildsOf, refuseWhileBuilding } from '../workflows/running-build.ts';
import { seenAfter } from '../workflows/seen.ts';
import { app } from './fields.ts';

export const deployStart = defineChange({
  name: 'deploy_start',
  title: 'Deploy an app',
  description:
    'Deploy an image, a repository or an archive, or rebuild. The old version serves until the new one passes its checks; release tasks (migrations) run again.',
  effect: 'disruptive',
  idempotent: false,
  input: z.strictObject({
    app,
    image: ImageRef.optional().describe('registry/name:tag or @sha256:digest'),
    git_url: GitUrl.optional().describe('https, ssh or user@host:path'),
    ref: GitRef.optional().describe('Branch, tag or commit of git_url'),
    archive_url: ArchiveUrl.optional().describe('The host fetches it'),
    archive_type: ArchiveType.optional(),
    rebuild: z.boolean().optional().describe('Build the present source again'),
  }),
  output: DeployFact,
  async plan(input, context) {
    const source = sourceOf(input);
    const found = await context.apps.getByName(input.app, context.signal);
    refuseWhileBuilding(input.app, found.builds);
    if (source.kind === 'rebuild' && found.gitSha === undefined && found.source === undefined) {
      throw new DomainError('NOT_DEPLOYED', { app: input.app });
    }
    return {
      ...deployPlan(found, source),
      summary: `Deploy ${describeSource(source)} to ${input.app}`,
    };
  },
  observe: ({ app }, context) => sourceNow(app, context),
  async readBack(_input, context, done) {
    return await answer(done, context);
  },
});

export const deployRollback = defineChange({
  name: 'deploy_rollback',
  title: 'Roll an app back',
  description:
    'Deploy the source of an earlier release again, as a new release. Config, database and stored files stay as they are. Refuses when the earlier source is not known.',
  effect: 'disruptive',
  idempotent: false,
  input: z.strictObject({
    app,
    to: z
      .string()
      .regex(/^[a-z0-9-]{8,40}$/, 'a release is named by the build that builds_list shows')
      .optional()
      .describe('Build of the release; default: the one before'),
  }),
  output: DeployFact,
  async plan({ app, to }, context) {
    const found = await context.apps.getByName(app, context.signal);
    refuseWhileBuilding(app, found.builds);
    const releases = await context.deployments.releases(context.host, app, context.signal);
    const { release, source, warnings } = chooseRollback(releases, to);
    const plan = deployPlan(found, source);
    return {
      ...plan,
      summary: `Roll ${app} back to release ${release.build}: ${describeSource(source)}`,
      consequences: [
        ...warnings,
        'Only the code goes back: config, database, migrations that ran and stored files stay as they are.',
        ...plan.consequences,
      ],
      facts: { deployed: plan.facts, release: release.build },
    };
  },
  observe: ({ app }, context) => sourceNow(app, context),
  async readBack(_input, context, done) {
    const { data, text } = await answer(done, context);
    return {
      data,
      text: `${text}\nOnly the code went back: config, database, migrations and stored files are as they were.`,
    };
  },
});

export const deployCancel = defineChange({
  name: 'deploy_cancel',
  title: 'Cancel a running deploy',
  description:
    'Stop the deploy of an app that runs now, whoever started it. The version before it serves on.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({ app }),
  output: z.object({ app: z.string(), build: z.string(), status: z.string(), id: z.string().optional() }),
  async plan({ app }, context) {
    const running = (await context.apps.builds(app, context.signal)).find(
      ({ status }) => status === 'running',
    );
    if (running === undefined) {
      throw new DomainError('NO_CHANGE', {
        app,
        reason: `No deploy of ${app} is running.`,
        wayOut: 'builds_list shows how the last ones ended.',
      });
    }
    return {
      summary: `Cancel build ${running.id} of ${app} (${running.source})`,
      effect: 'disruptive',
      app,
      concurrent: true,
      commands: [{ name: 'builds:cancel', args: [app] }],
      consequences: [
        'The version before it serves on.',
        'The source of the app on the host stays moved to the new version: a later rebuild would build it.',
        'Release tasks that ran already are not undone.',
      ],
      facts: { build: running.id },
      noWayBack: 'Deploy it again with deploy_start.',
    };
  },
  async readBack({ app }, context, { plan, results }) {
    const build = buildOf(plan);
    if (/not currently deploying|No matching app deploy/.test(results[0]?.stdout ?? '')) {
      // plugins/builds finds the build by the app's lock, which a deploy takes after its fetch and a redeploy never.
      throw new DomainError('NOT_APPLIED', {
        command: 'builds:cancel',
        found: `build ${build} holds no deploy lock, so Dokku could not cancel it`,
        wayOut:
          'While it fetches its source, call again in a few seconds. Restarts and redeploys cannot be canceled.',
      });
    }
    const until = context.clock.now() + 15_000;
    for (;;) {
      context.apps.invalidate(app);
      const record = (await buildsOf(context, app)).find(({ id }) => id === build);
      if (record !== undefined && record.status !== 'running') {
        const ours = (await context.deployments.list(context.host, app)).find(
          (deploy) => deploy.build === build,
        );
        return {
          data: { app, build, status: record.status, ...(ours === undefined ? {} : { id: ours.id }) },
          text:
            record.status === 'canceled'
              ? `Build ${build} of ${app} was canceled; the version before it serves on.`
              : `Build ${build} of ${app} had already ended: ${record.status}.`,
        };
      }
      if (context.clock.now() >= until) {
        throw new DomainError('NOT_APPLIED', {
          command: 'builds:cancel',
          found: record === undefined ? `build ${build} has no record any more` : `build ${build} still runs`,
          wayOut: 'Look again with deploy_status.',
        });
      }
      await context.clock.sleep(500, context.signal);
    }
  },
});

/** Everything of a deploy's plan but its summary. */
function deployPlan(found: Application, source: DeploySource): Omit<Plan, 'summary'> {
  const app = found.name;
  const before = found.source;
  const moved =
    source.kind === 'rebuild' &&
    before?.revision !== undefined &&
    found.gitSha !== undefined &&
    found.gitSha !== before.revision;
  return {
    effect: 'disruptive',
    app,
    commands: [deployCommand(app, source)],
    consequences: [
      before === undefined
        ? 'This is its first deploy.'
        : `Now it serves ${describeServed(before)}, and goes on until the new version passes its checks.`,
      'The predeploy, release and postdeploy tasks run again (migrations).',
      ...(source.kind === 'git'
        ? ['The fetch moves every branch of the app on the host, also when the deploy fails.']
        : []),
      ...(moved
        ? [`The source on the host is ${found.gitSha}, not what runs: the rebuild deploys that.`]
        : []),
      ...(source.kind === 'image' && servesAsked(before, source) === true
        ? ['It serves this image name already: Dokku will find no change. Use rebuild, or a digest.']
        : []),
      `A second deploy meanwhile would move the source before it is refused: Dokku's own lock does not stop a deploy${found.locked ? ' (a lock file is there: apps:lock, or a deploy that was cut off)' : ''}.`,
    ],
    facts: { source: before ?? null, build: found.builds[0]?.id ?? null, sha: found.gitSha ?? null },
    before: { source: withoutAddressSecrets(before) ?? null },
    ...wayBack(found, source),
    job: source,
  };
}

async function sourceNow(app: string, { apps, signal }: Context): Promise<unknown> {
  return { source: withoutAddressSecrets((await apps.getByName(app, signal)).source) ?? null };
}

async function answer({ plan, deployment }: Done, context: Context) {
  if (deployment === undefined) {
    throw new DomainError('OUTCOME_UNKNOWN', {
      command: plan.commands.at(-1)?.name ?? 'deploy',
      reason: 'the deploy could not be handed to its keeper for sure',
      found: 'call deploy_status',
    });
  }
  const raised = raiseFailure(deployment, plan.commands.at(-1)?.name ?? 'deploy', context);
  const data = deployFact(raised, await seenAfter(raised, context));
  return { data, text: deployText(data, context) };
}

function buildOf({ facts }: Plan): string {
  return z.object({ build: z.string() }).parse(facts).build;
}
