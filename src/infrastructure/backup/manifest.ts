import { z } from 'zod';
import { ServiceName, ServiceType } from '../../domain/names.ts';
import type { Backup } from '../../domain/service/backup-rules.ts';

export const HeldFacts = z.object({ count: z.number(), unit: z.string() });
export const BackupFacts = z.object({
  file: z.string(),
  host: z.string(),
  type: ServiceType,
  name: ServiceName,
  startedAt: z.number(),
  at: z.number(),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.enum(['asked', 'safety']),
  version: z.string().exactOptional(),
  held: HeldFacts.exactOptional(),
  heldAfter: HeldFacts.exactOptional(),
  tested: z.object({ at: z.number(), good: z.boolean(), found: z.string() }).exactOptional(),
});

const Manifest = BackupFacts.extend({ v: z.literal(1) });

/** What stands beside a dump, in `FILE.json`. */
export function encodeManifest(backup: Backup): string {
  return `${JSON.stringify({ v: 1, ...backup }, undefined, 2)}\n`;
}

/** Undefined for a text that is no manifest of this file. */
export function decodeManifest(file: string, text: string): Backup | undefined {
  try {
    const parsed = Manifest.safeParse(JSON.parse(text));
    if (!parsed.success || parsed.data.file !== file) return undefined;
    const { v: _, ...backup } = parsed.data;
    return backup;
  } catch {
    return undefined;
  }
}
