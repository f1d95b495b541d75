import { readFileSync } from 'node:fs';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { SimulatorTransport } from '../../src/infrastructure/simulator/transport.ts';
import { createSshTransport } from '../../src/infrastructure/ssh/transport.ts';
import { startSimulatedDokku } from '../support/simulated-host.ts';
import { contractOf } from './dokku-host.ts';

const images = ['demo/web:1', 'demo/web:2'] as const;

contractOf('the simulator in process', async () => {
  return { transport: new SimulatorTransport(new SimulatedHost()), images, stop: async () => undefined };
});

contractOf('the simulator behind a real sshd', async () => {
  const dokku = await startSimulatedDokku();
  const { destination, port, identity, knownHosts } = dokku.sshd;
  const transport = createSshTransport({ name: 'sim', destination, port, identity, knownHosts });
  return { transport, images, stop: () => dokku.stop() };
});

/* A real host: DOKKU_TEST_HOST=dokku@host, and where needed DOKKU_TEST_PORT, _IDENTITY, _KNOWN_HOSTS, _IMAGES (two, comma). */
const { DOKKU_TEST_HOST, DOKKU_TEST_PORT, DOKKU_TEST_IDENTITY, DOKKU_TEST_KNOWN_HOSTS, DOKKU_TEST_IMAGES } =
  process.env;
if (DOKKU_TEST_HOST !== undefined) {
  contractOf('a real Dokku', async () => {
    if (DOKKU_TEST_IDENTITY !== undefined) readFileSync(DOKKU_TEST_IDENTITY);
    const [first = images[0], second = images[1]] = DOKKU_TEST_IMAGES?.split(',') ?? [];
    const transport = createSshTransport({
      name: 'real',
      destination: DOKKU_TEST_HOST,
      ...(DOKKU_TEST_PORT === undefined ? {} : { port: Number(DOKKU_TEST_PORT) }),
      ...(DOKKU_TEST_IDENTITY === undefined ? {} : { identity: DOKKU_TEST_IDENTITY }),
      ...(DOKKU_TEST_KNOWN_HOSTS === undefined ? {} : { knownHosts: DOKKU_TEST_KNOWN_HOSTS }),
    });
    return { transport, images: [first, second], stop: async () => undefined };
  });
}
