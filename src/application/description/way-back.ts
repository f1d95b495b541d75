import type { Application, DesiredApplication } from '../../domain/application/application.ts';
import type { Context } from '../context.ts';
import type { Command } from '../ports.ts';
import type { AppState } from './state.ts';

/** The commands that lead from what the plan makes of the app to what it is now; an app that is made is destroyed. */
export function wayBack(
  desired: DesiredApplication,
  state: AppState,
  apps: Context['apps'],
): readonly Command[] {
  const { app, settings, variables } = state;
  if (state.absent) return apps.delete(app.name);
  const touched = [...Object.keys(desired.config ?? {}), ...(desired.unset ?? [])];
  const before: DesiredApplication = {
    name: app.name,
    config: Object.fromEntries(
      touched.flatMap((key) => (variables.has(key) ? [[key, variables.get(key) ?? '']] : [])),
    ),
    unset: touched.filter((key) => !variables.has(key)),
    domains: app.domains,
    ports: app.ports.mapped,
    scale: { ...zeros(desired.scale), ...app.scale.desired },
    resources: app.resources,
    checks: {
      disabled: types(app.checks.disabled),
      skipped: types(app.checks.skipped),
      ...(app.checks['wait-to-retire'] === undefined
        ? {}
        : { waitToRetire: Number(app.checks['wait-to-retire']) }),
    },
    mounts: app.mounts,
    dockerOptions: settings.dockerOptions,
    builder: settings.builder,
    buildpacks: settings.buildpacks,
    nginx: settings.nginx,
  };
  const { dockerOptions, builder, buildpacks, nginx } = desired;
  return apps.update(afterwards(app, desired), before, {
    ...settings,
    dockerOptions: { ...settings.dockerOptions, ...dockerOptions },
    builder: builder ?? settings.builder,
    buildpacks: buildpacks ?? settings.buildpacks,
    nginx: nginx ?? settings.nginx,
  });
}

function afterwards(app: Application, desired: DesiredApplication): Application {
  const { domains, ports, scale, resources, checks, mounts } = desired;
  return {
    ...app,
    domains: domains ?? app.domains,
    ports: { ...app.ports, mapped: ports ?? app.ports.mapped },
    scale: { ...app.scale, desired: { ...app.scale.desired, ...scale } },
    resources: resources ?? app.resources,
    mounts: mounts ?? app.mounts,
    checks: {
      ...app.checks,
      ...(checks?.disabled === undefined ? {} : { disabled: checks.disabled.join(',') }),
      ...(checks?.skipped === undefined ? {} : { skipped: checks.skipped.join(',') }),
      ...(checks?.waitToRetire === undefined ? {} : { 'wait-to-retire': String(checks.waitToRetire) }),
    },
  };
}

function zeros(scale: DesiredApplication['scale'] = {}): Record<string, number> {
  return Object.fromEntries(Object.keys(scale).map((type) => [type, 0]));
}

function types(list = ''): string[] {
  return list.split(/[\s,]+/).filter((type) => type !== '' && type !== 'none');
}
