import type { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';

type Event = (host: SimulatedHost, words: RegExpExecArray) => void;

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
];

/** Does to the host what the text tells; false when the text is only a remark. */
export function aside(host: SimulatedHost, text: string): boolean {
  for (const [pattern, happen] of events) {
    const words = pattern.exec(text);
    if (words === null) continue;
    happen(host, words);
    return true;
  }
  return false;
}
