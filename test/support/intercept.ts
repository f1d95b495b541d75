import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { dispatch } from '../../src/infrastructure/dokku/dispatcher.ts';
import type { HostServer, SessionHeader } from '../../src/infrastructure/simulator/daemon.ts';
import { encodeFrame } from '../../src/infrastructure/simulator/frames.ts';

/**
 * Stands on a socket before a simulated host's own and answers some commands in its place: with a text and exit 0, or
 * never. All others go through. `talk` is an answer that never ends; `talking` counts those
 * that are still listened to.
 */
export async function intercept(
  socketPath: string,
  behind: string,
  answer: (argv: readonly string[]) => string | 'hang' | 'talk' | undefined,
): Promise<HostServer & { readonly talking: () => number }> {
  const open = new Set<Socket>();
  const talking = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    client.once('data', (first: Buffer) => {
      const [header = ''] = first.toString('utf8').split('\n', 1);
      const said = answer(dispatch((JSON.parse(header) as SessionHeader).line).argv);
      if (said === undefined) join(client, first, behind);
      else if (said === 'hang') return;
      else if (said === 'talk') {
        // Without a terminal a command learns at its next output that nobody reads it any more.
        const talk = setInterval(() => client.write(encodeFrame('stdout', Buffer.from('.'))), 50);
        talking.add(client);
        client.on('close', () => {
          clearInterval(talk);
          talking.delete(client);
        });
      } else {
        client.write(encodeFrame('stdout', Buffer.from(said)));
        client.end(encodeFrame('exit', Buffer.from([0])));
      }
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    talking: () => talking.size,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function join(client: Socket, first: Buffer, behind: string): void {
  const host = connect({ path: behind, allowHalfOpen: true });
  host.on('error', () => client.destroy());
  // After a proper end what the client has not read yet still goes to it: the pipe ends it.
  host.on('close', () => {
    if (!host.readableEnded) client.destroy();
  });
  client.on('close', () => host.destroy());
  host.write(first);
  client.pipe(host);
  host.pipe(client);
}
