import { z } from 'zod';
import { type Mount, orphanEntries, sharedPaths } from '../../domain/infrastructure/storage.ts';
import { defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { app } from './fields.ts';

export const MountFact = z.object({
  app: z.string(),
  source: z.string(),
  entry: z.string(),
  container_dir: z.string(),
  readonly: z.boolean(),
  process: z.string(),
});

export const storageInfo = defineQuery({
  name: 'storage_info',
  listed: false,
  title: 'Persistent storage over all apps',
  description:
    'What is mounted where, named storage entries (volumes), entries that no app mounts, and directories that several apps share.',
  input: z.strictObject({ app: app.optional().describe('Only this app') }),
  output: z.object({
    mounts: z.array(MountFact),
    entries: z.array(z.object({ name: z.string(), host_path: z.string(), scheduler: z.string() })),
    orphans: z.array(z.string()),
    shared: z.array(z.object({ source: z.string(), apps: z.array(z.string()) })),
  }),
  async run({ app }, { infrastructure, signal }) {
    const [mounts, entries] = await Promise.all([
      infrastructure.mounts(signal),
      infrastructure.entries(signal),
    ]);
    const shown = mounts.filter((mount) => app === undefined || mount.app === app);
    const orphans = orphanEntries(entries, mounts).map(({ name }) => name);
    const shared = [...sharedPaths(mounts)].map(([source, apps]) => ({ source, apps: [...apps] }));
    const rows = shown.map(({ app: name, hostPath, entry, containerPath, readonly, process }) => [
      name,
      entry === '' || entry.startsWith('legacy-') ? hostPath : `${entry} (${hostPath})`,
      containerPath,
      readonly ? 'read only' : '',
      process === '_default_' ? 'all' : process,
    ]);
    const text = [
      rows.length === 0 ? 'Nothing is mounted.' : table(['app', 'from', 'to', '', 'processes'], rows),
      ...(orphans.length === 0 ? [] : [`Mounted by no app: ${orphans.join(', ')}.`]),
      ...shared.map(({ source, apps }) => `${apps.join(' and ')} share ${source}.`),
    ].join('\n');
    return {
      data: {
        mounts: shown.map(mountFact),
        entries: entries.map(({ name, hostPath, scheduler }) => ({ name, host_path: hostPath, scheduler })),
        orphans,
        shared,
      },
      text,
    };
  },
});

export function mountFact({ app, hostPath, entry, containerPath, readonly, process }: Mount) {
  return { app, source: hostPath, entry, container_dir: containerPath, readonly, process };
}
