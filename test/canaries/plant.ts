import type { SimulatedDokku } from '../support/simulated-host.ts';
import type { Canary } from './canaries.ts';

const GIT = 'https://github.com/acme/shop.git';

/** An app that has the canaries in its configuration and tells them to whoever listens. */
export async function plant(sim: SimulatedDokku, canaries: readonly Canary[]): Promise<void> {
  const { host } = sim;
  const repository = host.world.repositories.get(GIT);
  const [first] = repository?.commits ?? [];
  if (repository === undefined || first === undefined) throw new Error('the simulated world has no shop');
  const tells = { ...first, sha: 'a'.repeat(40), procfile: { ...first.procfile, release: 'env; printenv' } };
  const fails = {
    ...tells,
    sha: 'b'.repeat(40),
    procfile: { ...first.procfile, release: 'env >&2; exit 4' },
  };
  host.world.repositories.set(GIT, {
    ...repository,
    branches: { ...repository.branches, tells: tells.sha, 'tells-and-fails': fails.sha },
    commits: [...repository.commits, tells, fails],
  });
  for (const plugin of ['postgres', 'redis', 'letsencrypt']) host.install(plugin);
  await sim.given('apps:create shop', `git:sync --build shop ${GIT} v1`);
  const app = host.apps.get('shop');
  if (app === undefined) throw new Error('the app is not there');
  for (const { key, value, place } of canaries) {
    if (place === 'app') app.config.set(key, value);
    if (place === 'global') host.globalConfig.set(key, value);
  }
  // Beside values of the configuration an app prints what nobody could have learned.
  const of = (key: string): string => canaries.find((one) => one.key === key)?.value ?? '';
  app.certificate = {
    certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    key: `-----BEGIN PRIVATE KEY-----\n${of('CERT_KEY')}\n-----END PRIVATE KEY-----\n`,
  };
  // As somebody else deployed it, by hand.
  app.source.deployMetadata = `https://me:${of('PUSHED_URL')}@git.internal/x.git#${first.sha}`;
  await plantServices(sim, of('DB_PASSWORD'), of('CACHE_PASSWORD'));
  const lines = [
    ...canaries.filter(({ place }) => place === 'app' || place === 'global').flatMap(told),
    `       Dsn: postgres://postgres:${of('SERVICE_DSN')}@dokku-postgres-db:5432/db`,
    `Authorization: Basic ${of('HTTP_AUTH')}`,
    `UNKNOWN_TOKEN=${of('UNKNOWN_TOKEN')}`,
  ];
  for (const text of lines) app.containers[0]?.logs.push({ at: host.now(), text });
}

/** A linked service and one that no app knows; each tells its password in its log. */
async function plantServices(sim: SimulatedDokku, linked: string, lone: string): Promise<void> {
  await sim.given('postgres:create db', 'redis:create cache');
  for (const [key, password] of [
    ['postgres/db', linked],
    ['redis/cache', lone],
  ] as const) {
    const service = sim.host.datastores.get(key);
    if (service === undefined) throw new Error(`the service ${key} is not there`);
    service.password = password;
    service.container?.log.push(`connection ${password} refused`, `password=${password}`);
  }
  await sim.given('postgres:link db shop --no-restart');
}

/** A canary as programs print it: as it is, encoded, and broken over lines. */
function told({ key, value }: Canary): string[] {
  const base64 = Buffer.from(`x ${value} y`).toString('base64');
  const plain = value.split('\n');
  return [
    ...plain.map((line) => `${key} is ${line} today`),
    JSON.stringify({ message: `with ${value}` }),
    `GET /?q=${encodeURIComponent(value)}`,
    `hex ${Buffer.from(value).toString('hex')}`,
    ...(base64.match(/.{1,76}/g) ?? []),
    ...(plain.length === 1
      ? [`broken ${value.slice(0, value.length / 2)}`, `${value.slice(value.length / 2)} off`]
      : []),
  ];
}
