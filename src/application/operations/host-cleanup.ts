import { z } from 'zod';
import type { ServerFacts } from '../../domain/infrastructure/server.ts';
import { defineChange } from '../operation.ts';
import type { Command } from '../ports.ts';

const PARTS = ['containers', 'retired', 'builds'] as const;

const Space = z.object({
  stopped_containers: z.number().optional(),
  images: z.number().optional(),
  disk_used_percent: z.number().optional(),
});

const COMMANDS: Readonly<Record<(typeof PARTS)[number], Command>> = {
  containers: { name: 'cleanup', args: [] },
  retired: { name: 'ps:retire', args: [] },
  builds: { name: 'builds:prune', args: ['--all-apps'] },
};

const GOES: Readonly<Record<(typeof PARTS)[number], string>> = {
  containers:
    'Stopped containers that no app runs as, and images without a name (dangling) go. Images that apps run, volumes and networks stay.',
  retired: 'Containers and images of replaced deploys go now instead of after their waiting time.',
  builds: 'Build records and their output beyond the retention (20 per app) go for good.',
};

export const hostCleanup = defineChange({
  name: 'host_cleanup',
  listed: false,
  title: 'Clean the host up',
  description:
    'Free disk space: remove stopped containers and dangling images (containers), leftovers of replaced deploys (retired), old build records (builds). Look at mode: plan first; data, volumes and running images are never touched.',
  effect: 'destructive',
  idempotent: true,
  input: z.strictObject({
    parts: z.array(z.enum(PARTS)).min(1).default(['containers', 'retired']),
  }),
  output: z.object({ parts: z.array(z.string()), now: Space }),
  async plan({ parts }, { infrastructure, signal }) {
    const wanted = PARTS.filter((part) => parts.includes(part));
    const before = spaceOf(await infrastructure.server(signal));
    const builds = wanted.includes('builds');
    return {
      summary: `Clean up the host: ${wanted.join(', ')}`,
      effect: builds ? 'destructive' : 'disruptive',
      commands: wanted.map((part) => COMMANDS[part]),
      consequences: [
        ...wanted.map((part) => GOES[part]),
        `Now: ${before.stopped_containers ?? 'unknown'} stopped containers, ${before.images ?? 'unknown'} images, disk ${before.disk_used_percent ?? 'unknown'} % full. Which of them go docker decides; an administrator sees sizes with docker system df.`,
      ],
      // The counts move by themselves and are not agreed to.
      facts: { parts: wanted },
      ...(builds ? { typedName: 'builds' } : {}),
    };
  },
  async readBack({ parts }, { infrastructure, signal }) {
    const now = spaceOf(await infrastructure.server(signal));
    // docker counts what was made and never started as stopped; the clean-up of Dokku asks for what ended.
    const left =
      parts.includes('containers') && (now.stopped_containers ?? 0) > 0
        ? ' Those are of stopped apps, or were never started, which Dokku leaves; an administrator sees the latter on the host: docker ps -a --filter status=created.'
        : '';
    return {
      data: { parts: [...parts], now },
      text: `Cleaned up: ${parts.join(', ')}. Now ${now.stopped_containers ?? 'unknown'} stopped containers, ${now.images ?? 'unknown'} images, disk ${now.disk_used_percent ?? 'unknown'} % full.${left}`,
    };
  },
});

function spaceOf({ docker, disks }: ServerFacts): z.output<typeof Space> {
  const used = Math.max(...disks.map(({ usedPercent }) => usedPercent));
  return {
    ...(docker.stopped === undefined ? {} : { stopped_containers: docker.stopped }),
    ...(docker.images === undefined ? {} : { images: docker.images }),
    ...(disks.length === 0 ? {} : { disk_used_percent: used }),
  };
}
