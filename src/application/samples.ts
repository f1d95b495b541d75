import { z } from 'zod';
import type { Sample } from '../domain/infrastructure/samples.ts';
import type { Context } from './context.ts';
import type { StateStore } from './ports.ts';

const DAY = 24 * 3_600_000;
/** Samples older than this say nothing about tomorrow. */
const KEPT_DAYS = 30;

const AppSampleSchema = z.object({
  name: z.string(),
  running: z.string().optional(),
  up: z.number().optional(),
  processes: z.number().optional(),
  restarts: z.number().optional(),
  build: z.object({ id: z.string(), status: z.string(), ms: z.number().optional() }).optional(),
});
const SampleSchema = z.object({
  at: z.number(),
  disks: z.array(z.object({ mount: z.string(), usedPercent: z.number(), available: z.number().optional() })),
  memory: z.object({ total: z.number(), available: z.number() }).optional(),
  apps: z.array(AppSampleSchema),
});

interface Place {
  readonly state: StateStore;
  readonly host: string;
}

/** All kept samples of a host, oldest first. What cannot be understood any more is left out. */
export async function readSamples({ state, host }: Place, since = 0): Promise<readonly Sample[]> {
  const days = (await state.list(prefix(host))).filter((key) => dayOf(key) + DAY > since);
  const read = await Promise.all(days.map((key) => state.get(key)));
  return read
    .flatMap((day) => (Array.isArray(day) ? day : []))
    .flatMap((record) => {
      const parsed = SampleSchema.safeParse(record);
      return parsed.success && parsed.data.at >= since ? [parsed.data as Sample] : [];
    })
    .sort((a, b) => a.at - b.at);
}

/** The same for whoever asks: only with the apps that their role may read. */
export async function visibleSamples(
  { state, host, rights }: Context,
  since = 0,
): Promise<readonly Sample[]> {
  const samples = await readSamples({ state, host }, since);
  return samples.map((sample) => ({ ...sample, apps: sample.apps.filter(({ name }) => rights.sees(name)) }));
}

/** Keeps a sample in the document of its day, and drops days that are too old. */
export async function keepSample({ state, host }: Place, sample: Sample): Promise<void> {
  const key = `${prefix(host)}${new Date(sample.at).toISOString().slice(0, 10)}`;
  const known = await state.get(key);
  await state.put(key, [...(Array.isArray(known) ? known : []), sample]);
  const old = (await state.list(prefix(host))).filter((one) => dayOf(one) < sample.at - KEPT_DAYS * DAY);
  for (const one of old) await state.delete(one);
}

function prefix(host: string): string {
  return `samples/${host}/`;
}

function dayOf(key: string): number {
  return Date.parse(key.slice(key.lastIndexOf('/') + 1)) || 0;
}
