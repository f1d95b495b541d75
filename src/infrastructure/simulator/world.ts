import { type Acme, createAcme } from './world/acme.ts';
import type { Cluster } from './world/cluster.ts';
import { type RemoteRepository, repositories } from './world/repositories.ts';

/** An image of the simulated world: a small web program in some base system, told apart by what it exposes and knows. */
export interface ImageDefinition {
  /** `demo/web:1`; without a tag it stands for every tag. */
  readonly reference: string;
  readonly exposes: readonly number[];
  /** The image's ENV; `APP_VERSION` is what the program says of itself. */
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly directory: string;
  /** True when the host has it already, so that it is not pulled. */
  readonly local: boolean;
}

/** What lies outside of Dokku: images, git servers, what the builder keeps. Commands change `local` and `layers` only. */
export interface World {
  readonly images: ImageDefinition[];
  readonly repositories: Map<string, RemoteRepository>;
  /** Servers whose host key git:allow-host can read. */
  readonly gitHosts: readonly string[];
  /** Buckets by the endpoint of the object store that holds them; backups can go there. */
  readonly objectStores: Map<string, Set<string>>;
  /** Who issues certificates, and which domains lead here. Tests change it. */
  readonly acme: Acme;
  /** References that their registry holds no longer. Tests change it. */
  readonly gone: Set<string>;
  /** True while the disk of the host is full: nothing can be pulled, built or started. Tests change it. */
  diskFull: boolean;
  /** References that are on the host, with their image ids. */
  readonly local: Map<string, string>;
  /** Keys of the layers that the builder has cached. */
  readonly layers: Set<string>;
  /** False while the base images hold no `/bin/bash`, with which Dokku runs its tasks and `run` without a command. */
  shells: boolean;
  /** The k3s cluster; absent where none was set up. Tests change it. */
  cluster?: Cluster;
}

const web = (reference: string, version: string, local: boolean, port = 5000): ImageDefinition => ({
  reference,
  exposes: [port],
  environment: { APP_VERSION: version },
  command: ['/app/web'],
  directory: '/app',
  local,
});

/** The world that every simulated host starts in. */
export function createWorld(): World {
  const images = [
    web('demo/web:1', '1', true),
    web('demo/web:2', '2', true),
    web('demo/web:3', '3', true),
    web('demo/api', 'api', false, 8080),
    web('ghcr.io/acme/shop', 'shop', false),
    web('nginx', 'nginx', false, 80),
    { ...web('busybox', '', true), exposes: [], environment: {}, command: ['sh'], directory: '/' },
  ];
  return {
    images,
    repositories: repositories(),
    gitHosts: ['github.com', 'gitlab.com', 'bitbucket.org'],
    objectStores: new Map([['http://172.17.0.1:9000', new Set(['svc-bucket'])]]),
    acme: createAcme(),
    gone: new Set(),
    diskFull: false,
    local: new Map(),
    layers: new Set(),
    shells: true,
  };
}

/** `nginx` and `nginx:1.27` both name the definition `nginx`; `demo/web:1` names only itself. */
export function findImage(world: World, reference: string): ImageDefinition | undefined {
  const full = withTag(reference);
  const name = full.slice(0, full.lastIndexOf(':'));
  return (
    world.images.find((image) => image.reference === full) ??
    world.images.find((image) => image.reference === name)
  );
}

/** True when the host holds the image, so that nothing is pulled. */
export function isLocal(world: World, reference: string): boolean {
  const definition = findImage(world, reference);
  if (definition === undefined) return false;
  return definition.local || world.local.has(withTag(reference));
}

/** The reference with its tag: `nginx` is `nginx:latest`. */
export function withTag(reference: string): string {
  return reference.lastIndexOf(':') > reference.lastIndexOf('/') ? reference : `${reference}:latest`;
}

/** The reference with registry, namespace and tag, as docker's builder prints it: `docker.io/library/nginx:latest`. */
export function canonical(reference: string): string {
  const full = withTag(reference);
  const [first = '', ...rest] = full.split('/');
  if (rest.length === 0) return `docker.io/library/${full}`;
  return /[.:]/.test(first) || first === 'localhost' ? full : `docker.io/${full}`;
}
