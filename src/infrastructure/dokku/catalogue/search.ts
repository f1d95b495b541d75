import type { Searchable } from '../../../application/ports.ts';

/** Words that people use for what Dokku calls otherwise. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['certificate', 'certs'],
  ['database', 'postgres'],
  ['delete', 'destroy'],
  ['disk', 'storage'],
  ['dns', 'domains'],
  ['env', 'config'],
  ['environment', 'config'],
  ['hostname', 'domains'],
  ['https', 'certs'],
  ['memory', 'resource'],
  ['ssl', 'certs'],
  ['tls', 'certs'],
  ['variables', 'config'],
  ['volume', 'storage'],
]);

const points = { wholeName: 100, namePart: 20, inName: 8, description: 5, beginning: 2, everyWord: 50 };

/** Lower case words; everything but letters and digits separates. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** How well a command or tool fits the words, 0 when not at all. One that has all of them beats one that has some. */
export function score(info: Searchable, wanted: readonly string[]): number {
  if (wanted.length === 0) return 0;
  const name = wordsOf(info.name);
  if (name.join(' ') === wanted.join(' ')) return points.wholeName + points.everyWord;
  const description = wordsOf(info.description);
  const each = wanted.map((word) => {
    const other = synonyms.get(word);
    const best = fitness(info.name, name, description, word);
    return other === undefined ? best : Math.max(best, fitness(info.name, name, description, other));
  });
  const sum = each.reduce((total, one) => total + one, 0);
  return sum + (each.every((one) => one > 0) ? points.everyWord : 0) * Number(sum > 0);
}

function fitness(
  name: string,
  nameWords: readonly string[],
  description: readonly string[],
  word: string,
): number {
  const same = (other: string): boolean => other === word || other === `${word}s` || `${other}s` === word;
  if (nameWords.some(same)) return points.namePart;
  if (description.some(same)) return points.description;
  if (word.length >= 3 && name.includes(word)) return points.inName;
  if (word.length >= 4 && description.some((other) => other.startsWith(word))) return points.beginning;
  return 0;
}
