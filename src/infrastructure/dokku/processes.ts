import { z } from 'zod';
import type { Process } from '../../domain/application/process.ts';
import { sanitize } from '../../domain/sanitize.ts';
import { parseJson, type Report } from './report.ts';

/** What docker knows of one container beyond Dokku's report. */
export interface ContainerFacts {
  readonly id: string;
  readonly restarts?: number | undefined;
  readonly startedAt?: string | undefined;
  readonly outOfMemory?: boolean | undefined;
  readonly exitCode?: number | undefined;
  readonly health?: string | undefined;
  readonly memoryLimit?: number | undefined;
  readonly variables?: readonly string[] | undefined;
}

/** `ps:inspect` is docker's own array of containers; only what is used is looked at. */
const containers = z.array(
  z.object({
    Id: z.string(),
    RestartCount: z.number().optional(),
    State: z
      .object({
        StartedAt: z.string().optional(),
        OOMKilled: z.boolean().optional(),
        ExitCode: z.number().optional(),
        Health: z.object({ Status: z.string() }).optional(),
      })
      .optional(),
    HostConfig: z.object({ Memory: z.number().optional() }).optional(),
    Config: z.object({ Env: z.array(z.string()).nullish() }).optional(),
  }),
);

export function parseInspect(stdout: string): readonly ContainerFacts[] {
  return parseJson('ps:inspect', stdout, containers).map(
    ({ Id, RestartCount, State, HostConfig, Config }) => ({
      id: Id,
      restarts: RestartCount,
      startedAt: State?.StartedAt,
      outOfMemory: State?.OOMKilled,
      exitCode: State?.ExitCode,
      health: State?.Health?.Status,
      memoryLimit: HostConfig?.Memory || undefined,
      // Dokku masks the values, and none is kept.
      variables: Config?.Env?.map((entry) => entry.replace(/=.*$/s, '')),
    }),
  );
}

/**
 * The processes of `ps:report`: keys `status-TYPE.N` (text form: `status-TYPE-N`), values `running (CID: 2b16ca7bb85)`
 * with the first 11 characters of the container's id. Sorted by type and number.
 */
export function processesOf(report: Report, facts: readonly ContainerFacts[]): readonly Process[] {
  const processes: Process[] = [];
  for (const [key, value] of Object.entries(report)) {
    const [, type, index] = /^status-(.+)[.-](\d+)$/.exec(key) ?? [];
    if (type === undefined) continue;
    const [, state = 'unknown', container] = /^(\S+)(?:\s+\(CID:\s*([0-9a-f]+)\))?/.exec(value) ?? [];
    processes.push({ type, index: Number(index), state, ...withContainer(container, facts) });
  }
  return processes.sort((a, b) => (a.type === b.type ? a.index - b.index : a.type < b.type ? -1 : 1));
}

function withContainer(
  container: string | undefined,
  facts: readonly ContainerFacts[],
): Omit<Process, 'type' | 'index' | 'state'> {
  if (container === undefined) return {};
  const found = facts.find(({ id }) => id.startsWith(container));
  if (found === undefined) return { container };
  const { restarts, startedAt, outOfMemory, exitCode, health, memoryLimit, variables } = found;
  return {
    container,
    ...(restarts === undefined ? {} : { restarts }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(outOfMemory === undefined ? {} : { outOfMemory }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(health === undefined ? {} : { health }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(variables === undefined ? {} : { variables }),
  };
}

/**
 * Desired instances out of the text of `ps:scale APP`, which every version prints alike: a heading, then
 * `process: quantity` a line.
 */
export function parseScale(stdout: string): Readonly<Record<string, number>> {
  const rows = [...sanitize(stdout).matchAll(/^([A-Za-z0-9_-]+):\s+(-?\d+)\s*$/gm)];
  return Object.fromEntries(rows.map(([, type = '', quantity]) => [type, Number(quantity)]));
}
