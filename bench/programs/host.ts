import { serveHost } from '../../src/infrastructure/simulator/daemon.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';

/**
 * A simulated host that takes as long for each command as a real one, with so many apps, behind a Unix socket. It is a
 * process of its own, so that its work is not mistaken for that of whoever asks it. Prints a line when it is ready.
 */
const [socketPath = '', count = ''] = process.argv.slice(2);
const host = new SimulatedHost({ speed: 1 });

async function setUp(line: string): Promise<void> {
  const { exit, stderr } = await runSession(host, { line });
  if (exit !== 0) throw new Error(`${line}: ${stderr}`);
}

const names = Array.from({ length: Number(count) }, (_, index) => `app-${String(index).padStart(3, '0')}`);
await Promise.all(names.map((name) => setUp(`apps:create ${name}`)));
await Promise.all(
  names.map((name) => setUp(`domains:add ${name} ${name}.example.com www.${name}.example.com`)),
);
await serveHost(host, socketPath);
process.stdout.write('ready\n');
