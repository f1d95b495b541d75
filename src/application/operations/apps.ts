import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { AppName } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import { defineChange } from '../operation.ts';
import { app } from './fields.ts';

/** Reads the names fresh and fails when the host does not show what was promised. */
async function expectName(
  { apps, signal }: Context,
  name: string,
  there: boolean,
  command: string,
): Promise<void> {
  const names = await apps.names(signal);
  if (names.includes(name) === there) return;
  throw new DomainError('NOT_APPLIED', {
    command,
    found: there ? `there is no app "${name}"` : `the app "${name}" is still there`,
    wayOut: 'Call apps_list, then decide whether to call again.',
  });
}

/** Others may have made or destroyed an app a moment ago: what is remembered is no reason to refuse a change. */
function freshNames(app: string, apps: Context['apps'], signal: AbortSignal): Promise<readonly string[]> {
  apps.invalidate(app);
  return apps.names(signal);
}

export const appsCreate = defineChange({
  name: 'apps_create',
  title: 'Create an app',
  description:
    'Create an empty app, or copy one with its config, domains and settings (clone_of). Deploys nothing.',
  effect: 'reversible',
  idempotent: false,
  input: z.strictObject({ app, clone_of: AppName.optional().describe('Copy this app') }),
  output: z.object({ app: z.string(), created: z.boolean() }),
  async plan({ app, clone_of }, { apps, signal }) {
    const names = await freshNames(app, apps, signal);
    if (names.includes(app)) throw new DomainError('NAME_TAKEN', { what: 'app', name: app });
    if (clone_of !== undefined && !names.includes(clone_of))
      throw new DomainError('APP_NOT_FOUND', { app: clone_of });
    const options = clone_of === undefined ? {} : { cloneOf: clone_of };
    return {
      summary:
        clone_of === undefined ? `Create the app ${app}` : `Create the app ${app} as a copy of ${clone_of}`,
      effect: 'reversible',
      app,
      commands: apps.create(app, options),
      consequences:
        clone_of === undefined
          ? ['Dokku writes the proxy configuration and reloads nginx (3 to 5 s).']
          : [
              'Config with all its secrets and the links to services are copied too; nothing is deployed yet.',
            ],
      facts: { app, clone_of: clone_of ?? null },
      inverse: apps.delete(app),
      before: { exists: false },
    };
  },
  async observe({ app }, { apps, signal }) {
    apps.invalidate(app);
    if (!(await apps.names(signal)).includes(app)) return { exists: false };
    const { state, domains, configKeys, mounts, source } = await apps.getByName(app, signal);
    return { exists: true, state, domains, config: configKeys, mounts, source: source ?? null };
  },
  async readBack({ app }, context) {
    await expectName(context, app, true, 'apps:create');
    return { data: { app, created: true }, text: `The app ${app} exists. Deploy it with deploy_start.` };
  },
});

export const appsSet = defineChange({
  name: 'apps_set',
  listed: false,
  title: 'Rename, lock or unlock an app',
  description:
    'rename moves the app and its default domain. lock only sets a mark: it does NOT stop deploys on this Dokku. unlock removes the mark, never a running deploy.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({
    app,
    action: z.enum(['rename', 'lock', 'unlock']),
    new_name: AppName.optional().describe('For rename'),
  }),
  output: z.object({ app: z.string(), locked: z.boolean() }),
  async plan({ app, action, new_name }, { apps, signal }) {
    const names = await freshNames(app, apps, signal);
    if (!names.includes(app)) throw new DomainError('APP_NOT_FOUND', { app });
    if (action !== 'rename') {
      const name = `apps:${action}`;
      const { locked } = await apps.getByName(app, signal);
      const changes = locked !== (action === 'lock');
      return {
        summary: `${action === 'lock' ? 'Lock' : 'Unlock'} the app ${app}`,
        effect: 'reversible',
        app,
        commands: [{ name, args: [app] }],
        consequences:
          action === 'lock'
            ? [
                "Dokku's lock file does not stop a deploy: the next deploy takes the lock and removes the file.",
              ]
            : [
                'A deploy that runs goes on; only its lock file is removed, so a second one could start beside it.',
              ],
        facts: { app, locked },
        before: { locked },
        ...(changes
          ? { inverse: [{ name: action === 'lock' ? 'apps:unlock' : 'apps:lock', args: [app] }] }
          : { noWayBack: `The app was ${locked ? '' : 'not '}locked before.` }),
      };
    }
    if (new_name === undefined) throw new ValidationError('new_name', 'is needed to rename');
    if (names.includes(new_name)) throw new DomainError('NAME_TAKEN', { what: 'app', name: new_name });
    return {
      summary: `Rename the app ${app} to ${new_name}`,
      effect: 'disruptive',
      app,
      commands: [{ name: 'apps:rename', args: [app, new_name] }],
      consequences: [
        'The app is copied under the new name and deployed again, then the old one is destroyed: release tasks (migrations) run again.',
        'Its default domain changes with its name.',
      ],
      facts: { app, new_name },
      inverse: [{ name: 'apps:rename', args: [new_name, app] }],
      back: { app: new_name },
      before: { names: [app] },
    };
  },
  async observe({ app, action, new_name }, { apps, signal }) {
    apps.invalidate(app);
    if (action !== 'rename') return { locked: (await apps.getByName(app, signal)).locked };
    const names = await apps.names(signal);
    return { names: [app, new_name].filter((name) => name !== undefined && names.includes(name)) };
  },
  async readBack({ app, action, new_name }, context) {
    const name = action === 'rename' && new_name !== undefined ? new_name : app;
    if (name !== app) await expectName(context, app, false, 'apps:rename');
    const { locked } = await context.apps.getByName(name, context.signal);
    if (action !== 'rename' && locked !== (action === 'lock')) {
      throw new DomainError('NOT_APPLIED', {
        command: `apps:${action}`,
        found: `the app is ${locked ? '' : 'not '}locked`,
        wayOut: 'A deploy may have started or ended meanwhile; call apps_info.',
      });
    }
    return { data: { app: name, locked }, text: `${name} is ${locked ? 'locked' : 'not locked'}.` };
  },
});

export const appsDestroy = defineChange({
  name: 'apps_destroy',
  title: 'Destroy an app',
  description:
    'Remove an app with its containers, config, domains and build history for good. A person has to type its name. Linked services keep their data.',
  effect: 'destructive',
  idempotent: false,
  input: z.strictObject({ app }),
  output: z.object({ app: z.string(), destroyed: z.boolean() }),
  async plan({ app }, { apps, signal }) {
    const found = await apps.getByName(app, signal);
    const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
    const consequences = [
      `${count(found.processes.length, 'container')} of ${app} will stop (running: ${found.running}).`,
      `Domains: ${found.domains.join(', ') || 'none'}.`,
      `Config variables, with their values: ${found.configKeys.join(', ') || 'none'}.`,
      `Mounts are taken off, the data on the host stays: ${found.mounts.map(({ from }) => from).join(', ') || 'none'}.`,
      `${count(found.cron.length, 'cron task')}, ${count(found.builds.length, 'build record')}, certificate: ${found.certificate.enabled ? 'yes' : 'no'}.`,
      `Linked services are unlinked and keep their data; variables that name one: ${found.configKeys.filter((key) => /(?:^|_)URL$/.test(key)).join(', ') || 'none'}.`,
    ];
    return {
      summary: `Destroy the app ${app}`,
      effect: 'destructive',
      app,
      commands: apps.delete(app),
      consequences,
      facts: {
        app,
        domains: found.domains,
        keys: found.configKeys,
        mounts: found.mounts,
        source: found.source ?? null,
      },
      typedName: app,
      noWayBack: 'What a destroyed app held is gone for good.',
    };
  },
  async readBack({ app }, context) {
    await expectName(context, app, false, 'apps:destroy');
    return { data: { app, destroyed: true }, text: `The app ${app} is gone.` };
  },
});
