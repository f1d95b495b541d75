import { setProperty } from '../access.ts';
import { Exit } from '../invocation.ts';
import { info, warning } from '../output.ts';
import { proxyPort, storeDetectedPortMaps } from '../proxy/port-maps.ts';
import type { SimulatedImage } from '../state.ts';
import type { BuildStep, Revision } from '../world/revision.ts';
import { canonical, findImage, withTag } from '../world.ts';
import type { Deploy } from './deploy.ts';
import { poisonWarning } from './poison.ts';

/**
 * Builds the app's image of a revision with docker (builder-dockerfile and dokku_build). A build that fails ends the
 * whole process there and then: its record is never finished and the lock's file stays.
 */
export async function buildImage(deploy: Deploy, revision: Revision): Promise<SimulatedImage> {
  const { app, host } = deploy;
  await deploy.sleep(300);
  deploy.out(info('Cleaning up...'));
  await deploy.sleep(300);
  deploy.out(info(`Building ${app.name} from Dockerfile`));
  await deploy.sleep(300);
  poisonWarning(deploy);
  await deploy.sleep(200);
  setProperty(host, 'builder', app, 'detected', 'dockerfile');
  const previous = app.source.latestImage;
  const image: SimulatedImage = {
    id: host.random.hex(64),
    reference: `dokku/${app.name}:latest`,
    exposes: [],
    stage: 'build',
    revision,
  };
  if (await buildkit(deploy, revision, image)) {
    app.source.latestImage = image;
    storeDetectedPortMaps(
      host,
      app,
      image.exposes.map((port) => ({
        scheme: port === 443 ? 'https' : 'http',
        hostPort: port,
        containerPort: port,
      })),
    );
    if (image.exposes.length === 0) {
      const hostPort = proxyPort(host, app, 'proxy-port') || 80;
      storeDetectedPortMaps(host, app, [{ scheme: 'http', hostPort, containerPort: 5000 }]);
    }
    await deploy.sleep(400);
    return image;
  }
  if (previous?.stage === 'release') {
    deploy.err(warning(`Retagging old image ${previous.id.slice(0, 12)} as dokku/${app.name}:latest`));
  } else {
    deploy.err(warning(`Removing invalid image tag dokku/${app.name}:latest`));
    delete app.source.latestImage;
  }
  deploy.err(warning('App build failed'));
  throw new Exit(1);
}

/** What `docker image build` of BuildKit prints; false when a step fails. */
async function buildkit(deploy: Deploy, revision: Revision, image: SimulatedImage): Promise<boolean> {
  const { dockerfile } = revision;
  const { world } = deploy.host;
  const print = new Vertices(deploy);
  const total = dockerfile.steps.length + 1;
  const from = canonical(dockerfile.from);
  deploy.err('#0 building with "default" instance using docker driver\n\n');
  print.vertex('[internal] load build definition from Dockerfile', [
    `transferring dockerfile: ${dockerfile.bytes}B done`,
    'DONE 0.0s',
  ]);
  print.vertex('[internal] load .dockerignore', ['transferring context: 2B done', 'DONE 0.0s']);
  print.vertex(`[internal] load metadata for ${from}`, ['DONE 0.0s']);
  const base = findImage(world, dockerfile.from);
  if (base !== undefined) image.base = base;
  const cachedBase =
    dockerfile.context === undefined && (total > 1 || world.layers.has(withTag(dockerfile.from)));
  print.vertex(`[1/${total}] FROM ${from}`, [cachedBase ? 'CACHED' : 'DONE 0.0s']);
  if (dockerfile.context !== undefined) {
    print.vertex('[internal] load build context', [
      `transferring context: ${dockerfile.context} 0.0s done`,
      'DONE 0.0s',
    ]);
  }
  world.layers.add(withTag(dockerfile.from));
  let built = false;
  for (const index of dockerfile.order ?? dockerfile.steps.keys()) {
    const step = dockerfile.steps[index];
    if (step === undefined) continue;
    const outcome = await runStep(deploy, print, step, `[${index + 2}/${total}] ${step.instruction}`);
    if (outcome === 'failed') return false;
    built ||= outcome === 'built';
  }
  if (world.diskFull)
    return print.fail(
      'exporting to image',
      'failed to create diff tar stream: write /var/lib/docker/tmp/diff: no space left on device',
    );
  print.vertex(
    'exporting to image',
    [
      `exporting layers ${built ? '0.0s ' : ''}done`,
      `writing image sha256:${image.id} done`,
      `naming to docker.io/${image.reference} done`,
      'DONE 0.0s',
    ],
    true,
  );
  image.exposes.push(...(dockerfile.exposes ?? base?.exposes ?? []));
  return true;
}

async function runStep(
  deploy: Deploy,
  print: Vertices,
  step: BuildStep,
  name: string,
): Promise<'cached' | 'built' | 'failed'> {
  const { layers, shells } = deploy.host.world;
  const key = `${step.instruction.startsWith('RUN') ? String(shells) : ''} ${step.instruction}`;
  if (layers.has(key)) {
    print.vertex(name, ['CACHED']);
    return 'cached';
  }
  const number = print.open(name);
  let passed = 0;
  for (const [seconds, line] of step.output ?? []) {
    await deploy.sleep((seconds - passed) * 1000);
    passed = seconds;
    deploy.err(`#${number} ${seconds.toFixed(3)} ${line}\n`);
  }
  const seconds = step.seconds ?? 0;
  await deploy.sleep(Math.max(0, seconds - passed) * 1000);
  if (step.exit === undefined) {
    deploy.err(`#${number} DONE ${seconds.toFixed(1)}s\n\n`);
    layers.add(key);
    return 'built';
  }
  const command = step.instruction.replace(/^RUN /, '');
  const reason = `executor failed running [/bin/sh -c ${command}]: exit code: ${step.exit}`;
  const lines = (step.output ?? []).map(([at, line]) => `${at.toFixed(3)} ${line}\n`).join('');
  deploy.err(
    `#${number} ERROR: ${reason}\n------\n > ${name}:\n${lines}------\nERROR: failed to solve: ${reason}\n`,
  );
  return 'failed';
}

/** Numbers the steps of a build as BuildKit's plain progress does. */
class Vertices {
  readonly #deploy: Deploy;
  #number = 0;

  constructor(deploy: Deploy) {
    this.#deploy = deploy;
  }

  open(name: string): number {
    this.#number++;
    this.#deploy.err(`#${this.#number} ${name}\n`);
    return this.#number;
  }

  /** A step that fails without a command of its own; false as what became of the build. */
  fail(name: string, reason: string): false {
    const number = this.open(name);
    this.#deploy.err(
      `#${number} ERROR: ${reason}\n------\n > ${name}:\n------\nERROR: failed to solve: ${reason}\n`,
    );
    return false;
  }

  vertex(name: string, lines: readonly string[], last = false): void {
    const number = this.open(name);
    this.#deploy.err(`${lines.map((line) => `#${number} ${line}\n`).join('')}${last ? '' : '\n'}`);
  }
}
