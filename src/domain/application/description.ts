import { z } from 'zod';
import { AppName, DomainName, EnvKey, PortMapping, ProcessType } from '../names.ts';
import { recordOf } from '../record.ts';
import { ArchiveType, ArchiveUrl, GitRef, GitUrl, ImageRef } from './source.ts';

const text = z.string('is no text: write it in quotes');

/** A variable: its value, a place on the server that has it, or the fingerprint of a value that never travels. */
const Variable = z.union(
  [
    z.string(),
    z.strictObject({ fingerprint: z.string().regex(/^[0-9a-f]{8}$/) }),
    z.strictObject({ env: EnvKey }),
    z.strictObject({ file: z.string().min(1).max(4096) }),
    z.strictObject({ generate: z.int().min(16).max(512) }),
  ],
  'is text in quotes, or {env: NAME}, {file: PATH}, {generate: LENGTH}, or {fingerprint: ...} as app_export writes it',
);
export type Variable = z.output<typeof Variable>;

const Source = z.union(
  [
    z.strictObject({ image: ImageRef }),
    z.strictObject({ git_url: GitUrl, ref: GitRef.optional() }),
    z.strictObject({ archive_url: ArchiveUrl, archive_type: ArchiveType.optional() }),
  ],
  'is {image}, {git_url, ref} or {archive_url, archive_type}, each in the form that deploy_start takes',
);

const ResourceKey = z
  .string()
  .regex(
    /^(?:_default_|[a-z][a-z0-9_-]*)\.(?:limit|reserve)\.(?:cpu|memory|memory-swap|network|network-ingress|network-egress|nvidia-gpu)$/,
    'is like web.limit.memory or _default_.reserve.cpu',
  );
const Amount = text.regex(/^(?:\d*\.)?\d+[bkmg]?$/, 'is an amount like 512m or 0.5');
const Property = z.string().regex(/^[a-z][a-z0-9-]*$/, 'properties are lower case words with hyphens');
const processes = z.array(z.union([ProcessType, z.literal('_all_')])).max(100);
const path = text.regex(
  /^[^\s:-][^\s:]*$/,
  'is a path or the name of a storage entry, without blanks and colons',
);
const options = z.array(text.regex(/^-/, 'docker options begin with hyphens')).max(100);

/**
 * What an app is besides its code and its data, as a file. A part that is there is made exactly so; a part that is not
 * there is left alone.
 */
export const AppDescription = z.strictObject({
  app: AppName,
  source: Source.optional(),
  config: recordOf(EnvKey, Variable).optional(),
  domains: z.array(DomainName).max(200).optional(),
  ports: z.array(PortMapping).max(20).optional(),
  scale: recordOf(ProcessType, z.int().min(0).max(100)).optional(),
  resources: recordOf(ResourceKey, Amount).optional(),
  checks: z
    .strictObject({
      wait_to_retire: z.int().min(0).max(86_400).optional(),
      disabled: processes.optional(),
      skipped: processes.optional(),
    })
    .optional(),
  mounts: z
    .array(z.strictObject({ from: path, to: path }))
    .max(100)
    .optional(),
  docker_options: z
    .strictObject({ build: options.optional(), deploy: options.optional(), run: options.optional() })
    .optional(),
  builder: z.strictObject({ selected: Property.optional(), 'build-dir': path.optional() }).optional(),
  buildpacks: z
    .array(text.regex(/^[^\s-]\S*$/, 'is the address of a buildpack'))
    .max(50)
    .optional(),
  nginx: recordOf(Property, text.max(2000)).optional(),
  services: z
    .array(z.strictObject({ type: Property, name: text }))
    .max(100)
    .optional(),
});
export type AppDescription = z.output<typeof AppDescription>;

/** The parts of a description, besides its name, in the order of the file. */
export const PARTS = Object.keys(AppDescription.shape).filter((part) => part !== 'app');
