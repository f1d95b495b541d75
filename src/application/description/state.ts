import type { Application } from '../../domain/application/application.ts';
import { bareApplication } from '../../domain/application/bare-application.ts';
import { checkKey } from '../../domain/application/config.ts';
import type { DeploySource } from '../../domain/application/deployment.ts';
import { AppDescription, PARTS } from '../../domain/application/description.ts';
import type { Comparable } from '../../domain/application/drift.ts';
import { type AppSettings, leadsTo, noSettings } from '../../domain/application/settings.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';

/** An app as it stands, with what a description of it needs. */
export interface AppState {
  readonly app: Application;
  readonly settings: AppSettings;
  /** The app's own variables: neither Dokku's nor those that lead to a linked service. */
  readonly variables: ReadonlyMap<string, string>;
  /** All variables, Dokku's among them. */
  readonly stored: ReadonlyMap<string, string>;
  /** Variables that lead to a linked service and belong to the link. */
  readonly linked: readonly string[];
  /** True while the app is still to be made. */
  readonly absent: boolean;
}

type Reader = Pick<Context, 'apps' | 'config' | 'signal'>;

/** Reads an app anew. Faults: those of the repositories; CONFLICT when a part of it cannot be read. */
export async function readState({ apps, config, signal }: Reader, name: string): Promise<AppState> {
  const [app, settings, all] = await Promise.all([
    apps.getByName(name, signal),
    apps.settings(name, signal),
    config.getAll(name, signal),
  ]);
  const [missing] = app.missing.filter(({ part }) => DESCRIBED.has(part));
  if (missing !== undefined) {
    throw new DomainError('CONFLICT', {
      reason: `${missing.part} of ${name} cannot be read: ${missing.reason}`,
      wayOut: 'Mend that and call again: what cannot be read cannot be described or compared.',
    });
  }
  const own = [...all].filter(([key]) => isOwn(key));
  const isLinked = (value: string): boolean => settings.services.some((link) => leadsTo(value, link));
  return {
    app,
    settings,
    variables: new Map(own.filter(([, value]) => !isLinked(value))),
    stored: all,
    linked: own.filter(([, value]) => isLinked(value)).map(([key]) => key),
    absent: false,
  };
}

/** An app that is still to be made: Dokku gives it one web process, and domains that are not known here. */
export function absentState(name: string): AppState {
  const app: Application = {
    ...bareApplication(name),
    scale: { desired: { web: 1 }, fixedByAppJson: false },
    proxy: { enabled: true, type: 'nginx' },
    missing: [{ part: 'domains', reason: 'the app is still to be made' }],
  };
  return { app, settings: noSettings, variables: new Map(), stored: new Map(), linked: [], absent: true };
}

const DESCRIBED: ReadonlySet<string> = new Set([
  'scale',
  'config',
  'domains',
  'ports',
  'resources',
  'checks',
  'storage',
]);

function isOwn(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch {
    return false;
  }
}

/** The facts of an app in the words of a description. */
export function comparableOf({ app, settings }: AppState): Comparable {
  return {
    domains: app.domains,
    ports: app.ports.mapped,
    scale: app.scale.desired,
    resources: app.resources,
    checks: checksOf(app.checks),
    mounts: app.mounts,
    docker_options: settings.dockerOptions,
    builder: settings.builder,
    buildpacks: settings.buildpacks,
    nginx: settings.nginx,
    services: settings.services,
  };
}

/** What was described, and what could not be, with the reason. */
export interface Described {
  readonly description: AppDescription;
  readonly notes: readonly string[];
}

/** The description of an app: every part, values of variables as fingerprints only. */
export function describeState(state: AppState, fingerprint: Context['fingerprint']): Described {
  const { app, variables } = state;
  const source = sourceText(app.source);
  const raw: Readonly<Record<string, unknown>> = {
    ...comparableOf(state),
    source,
    config: Object.fromEntries(
      [...variables].sort(byName).map(([key, value]) => [key, { fingerprint: fingerprint(value) }]),
    ),
    ...(app.scale.fixedByAppJson ? { scale: undefined } : {}),
  };
  const notes: string[] = [];
  const parts: Record<string, unknown> = {};
  for (const part of PARTS) {
    if (raw[part] === undefined) continue;
    const parsed = AppDescription.partial().safeParse({ [part]: raw[part] });
    if (parsed.success) Object.assign(parts, parsed.data);
    else notes.push(`${part} is left out: it stands on the host in a form that a description does not take`);
  }
  if (source === undefined) notes.push(`source is left out: ${whyNoSource(app.source)}`);
  if (app.scale.fixedByAppJson) notes.push('scale is left out: the formation in app.json fixes it');
  if (app.cron.length > 0) notes.push('scheduled tasks come from app.json, with the code');
  if (state.linked.length > 0) notes.push(`${state.linked.join(', ')}: made by the link to a service`);
  return { description: AppDescription.parse({ app: app.name, ...parts }), notes };
}

function sourceText(source: Application['source']): Readonly<Record<string, string>> | undefined {
  const { kind, location = '', revision, archive } = source ?? {};
  if (kind === 'image') return { image: location };
  if (kind === 'git') return { git_url: location, ...(revision === undefined ? {} : { ref: revision }) };
  if (kind === 'archive') {
    return { archive_url: location, ...(archive === undefined ? {} : { archive_type: archive }) };
  }
  return undefined;
}

function whyNoSource(source: Application['source']): string {
  if (source === undefined) return 'nothing was deployed with success yet';
  return source.kind === 'push'
    ? 'it came by git push, and the host alone has it'
    : 'how it came to the host is not known';
}

/** The source as deploy_start takes it. */
export function deploySourceOf(source: AppDescription['source']): DeploySource | undefined {
  if (source === undefined) return undefined;
  if ('image' in source) return { kind: 'image', image: source.image };
  if ('git_url' in source) {
    return { kind: 'git', url: source.git_url, ...(source.ref === undefined ? {} : { ref: source.ref }) };
  }
  return { kind: 'archive', url: source.archive_url, type: source.archive_type ?? 'tar' };
}

function checksOf(checks: Application['checks']) {
  const types = (list = ''): string[] =>
    list.split(/[\s,]+/).filter((type) => type !== '' && type !== 'none');
  const retire = Number(checks['wait-to-retire'] ?? '');
  return {
    ...(checks['wait-to-retire'] === undefined || Number.isNaN(retire) ? {} : { wait_to_retire: retire }),
    disabled: types(checks.disabled),
    skipped: types(checks.skipped),
  };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);
