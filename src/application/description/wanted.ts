import type { Application, DesiredApplication } from '../../domain/application/application.ts';
import type { AppDescription } from '../../domain/application/description.ts';
import type { AppState } from './state.ts';
import type { VariableChanges } from './variables.ts';

/** What the repository should make of the app: only parts that are described, each exactly as it is there. */
export function desiredOf(
  wanted: AppDescription,
  { app }: AppState,
  { set, unset }: VariableChanges,
): DesiredApplication {
  const { domains, ports, scale, resources, checks, mounts, docker_options, builder, buildpacks, nginx } =
    wanted;
  return {
    name: app.name,
    config: set,
    unset,
    ...(domains === undefined ? {} : { domains }),
    ...(ports === undefined ? {} : { ports }),
    ...(scale === undefined ? {} : { scale: { ...idle(app), ...scale } }),
    ...(resources === undefined ? {} : { resources }),
    ...(checks === undefined ? {} : { checks: checksOf(checks) }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(docker_options === undefined ? {} : { dockerOptions: phases(docker_options) }),
    ...(builder === undefined ? {} : { builder: filled({ ...builder }) }),
    ...(buildpacks === undefined ? {} : { buildpacks }),
    ...(nginx === undefined ? {} : { nginx }),
  };
}

/** Every process type that runs now, at none: what is not described does not run. */
function idle({ scale }: Application): Record<string, number> {
  return Object.fromEntries(Object.keys(scale.desired).map((type) => [type, 0]));
}

function checksOf(checks: NonNullable<AppDescription['checks']>): NonNullable<DesiredApplication['checks']> {
  const { wait_to_retire, disabled, skipped } = checks;
  return {
    ...(wait_to_retire === undefined ? {} : { waitToRetire: wait_to_retire }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(skipped === undefined ? {} : { skipped }),
  };
}

function phases(
  options: NonNullable<AppDescription['docker_options']>,
): NonNullable<DesiredApplication['dockerOptions']> {
  const { build, deploy, run } = options;
  return {
    ...(build === undefined ? {} : { build }),
    ...(deploy === undefined ? {} : { deploy }),
    ...(run === undefined ? {} : { run }),
  };
}

function filled(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
