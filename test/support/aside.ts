import type { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { createApp } from '../../src/infrastructure/simulator/state.ts';

type Event = (host: SimulatedHost, words: RegExpExecArray, last: string) => void;

/** What can happen to a host beside its commands, by the words a story uses for it. */
const events: readonly (readonly [RegExp, Event])[] = [
  [
    /^plugin ([a-z-]+) ([\d.]+) is installed from (\S+): (.*)$/,
    (host, [, name = '', version = '', sourceUrl = '', description = '']) => {
      const committish = host.random.hex(40);
      host.plugins.push({
        name,
        version,
        description,
        enabled: true,
        sourceUrl,
        committish,
        branch: 'master',
      });
      host.plugins.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  ],
  [/^plugin ([a-z-]+) is installed$/, (host, [, name = '']) => host.install(name)],
  [
    /^the ACME server (\S+) (is reachable|has a name that does not resolve|takes no more orders for now)$/,
    (host, [, address = '', state = '']) => {
      const server = host.world.acme.servers.get(address);
      if (server === undefined) return;
      if (state === 'is reachable') server.state = 'reachable';
      else server.state = state.startsWith('has') ? 'unresolved' : 'rate limited';
    },
  ],
  [
    /^GET (\S+) at the app (\S+) is answered with (\d+) and (\d+) bytes, by (\S+)$/,
    (host, [, path, app = '', status, bytes, agent]) => {
      const [day, month, year, time] = new Date(host.now()).toUTCString().slice(5, -4).split(' ');
      const at = `${day}/${month}/${year}:${time} +0000`;
      const line = `127.0.0.1 - - [${at}] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`;
      host.apps.get(app)?.accessLog?.push(line);
    },
  ],
  [
    /^the base images (lose|gain) \/bin\/bash$/,
    (host, [, what]) => {
      host.world.shells = what === 'gain';
    },
  ],
  [
    /^the base images have (no|a) \/bin\/bash$/,
    (host, [, word]) => {
      host.world.shells = word === 'a';
    },
  ],
  [
    /\bumask is (002|022)\b/,
    (host, [, umask]) => {
      host.umask = umask === '002' ? '002' : '022';
    },
  ],
  [
    /^the umask as it was$/,
    (host) => {
      host.umask = '022';
    },
  ],
  [
    /^an app with a scheduled task (comes|goes)$/,
    (host, [, what]) => {
      host.apps.delete('scheduled');
      host.crontab = what === 'comes';
      if (what === 'goes') return;
      const app = createApp('scheduled', host.now());
      app.cron.push({ id: host.random.hex(8), command: 'true', schedule: '@daily' });
      host.apps.set('scheduled', app);
    },
  ],
  [/\bprocess dies\b/, (host, _words, last) => restartFirstContainer(host, last)],
];

/** The first process of the app that the story spoke of last dies, and docker starts it again. */
function restartFirstContainer(host: SimulatedHost, last: string): void {
  const app = last.split(/\s+/).flatMap((word) => host.apps.get(word) ?? [])[0];
  const container = app?.containers[0];
  if (container === undefined) return;
  container.restartCount++;
  container.startedAt = host.now();
}

/** Does to the host what the text tells; false when the text is only a remark. `last` is the command before it. */
export function aside(host: SimulatedHost, text: string, last: string): boolean {
  for (const [pattern, happen] of events) {
    const words = pattern.exec(text);
    if (words === null) continue;
    happen(host, words, last);
    return true;
  }
  return false;
}
