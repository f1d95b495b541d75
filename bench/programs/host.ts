import { serveHost } from '../../src/infrastructure/simulator/daemon.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';

/**
 * A simulated host that takes as long for each command as a real one, with so many apps, behind a Unix socket. It is a
 * process of its own, so that its work is not mistaken for that of whoever asks it. Prints a line when it is ready.
 */
const [socketPath = '', count = ''] = process.argv.slice(2);
const host = new SimulatedHost({ speed: 0, now: Date.now() - 24 * 3_600_000 });
for (let index = 0; index < Number(count); index += 1) {
  const app = `app-${String(index).padStart(3, '0')}`;
  await setUp(`apps:create ${app}`);
  await setUp(`domains:add ${app} ${app}.example.com www.${app}.example.com`);
  await setUp(`git:from-image ${app} demo/web:1`);
}
host.advance(Date.now() - host.now());
host.speed = 1;
await serveHost(host, socketPath);
process.stdout.write('ready\n');

async function setUp(line: string): Promise<void> {
  const { exit, stdout, stderr } = await runSession(host, { line });
  if (exit !== 0) throw new Error(`${line}: ${stdout}${stderr}`);
}
