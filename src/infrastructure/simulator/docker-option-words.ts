/** Why Dokku cannot take a docker option apart. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault';
}

const QUOTED = /[\s"'$`\\*?[\]<>|&;(){}!#~]/;

/**
 * Takes the text of `docker-options:add` apart as SplitOptionString of plugins/docker-options/dockeroptions.go does:
 * shell words without expansion, one option for each flag with the words that follow it, quoted again where the
 * shell needs it; `--process` words are lifted out.
 */
export function splitOptions(text: string): { options: string[]; processes: string[] } {
  const options: string[] = [];
  const processes: string[] = [];
  for (const group of groups(words(text))) {
    const head = group[0] ?? '';
    if (head === '--process') {
      if (group.length < 2) throw new OptionFault('--process requires a value');
      if (group.length > 2) {
        throw new OptionFault(`--process accepts a single value, got ${group.length - 1}`);
      }
      processes.push(group[1] ?? '');
    } else if (head.startsWith('--process=')) {
      if (group.length > 1) throw new OptionFault('--process=value cannot be followed by additional tokens');
      processes.push(head.slice('--process='.length));
    } else {
      options.push(group.map(quote).join(' '));
    }
  }
  return { options, processes };
}

/** True when both texts mean the same words, however they are quoted. */
export function sameOption(a: string, b: string): boolean {
  if (a === b) return true;
  try {
    return JSON.stringify(words(a)) === JSON.stringify(words(b));
  } catch (error) {
    if (error instanceof OptionFault) return false;
    throw error;
  }
}

function groups(all: readonly string[]): string[][] {
  const found: string[][] = [];
  for (const word of all) {
    const last = found.at(-1);
    if (last === undefined || (word.length > 1 && word.startsWith('-'))) found.push([word]);
    else last.push(word);
  }
  return found;
}

function quote(word: string): string {
  if (word === '') return "''";
  return QUOTED.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : word;
}

/** The words of a shell line with their quotes taken off and nothing expanded; an unquoted `#` starts a comment. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0] ?? '';
    at += match.length;
    return match;
  };
  while (at < text.length) {
    if (take(/\s+/y) !== '') {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (word === undefined && text[at] === '#') {
      break;
    } else {
      word = `${word ?? ''}${piece(text, at, take)}`;
    }
  }
  return word === undefined ? found : [...found, word];
}

function piece(text: string, at: number, take: (pattern: RegExp) => string): string {
  const first = text[at];
  if (first === "'") {
    const body = take(/'[^']*'/y);
    if (body === '') throw unclosed(at, "'");
    return body.slice(1, -1);
  }
  if (first === '"') {
    const body = take(/"(?:[^"\\]|\\[\s\S])*"/y);
    if (body === '') throw unclosed(at, '"');
    return body.slice(1, -1).replace(/\\([$`"\\])/g, '$1');
  }
  if (first === '\\') return take(/\\[\s\S]?/y).slice(1);
  return take(/\$\([^)]*\)|\$\{[^}]*\}|`[^`]*`|[\s\S]/y);
}

function unclosed(at: number, mark: string): OptionFault {
  return new OptionFault(
    `Unable to parse docker option: 1:${at + 1}: reached EOF without closing quote ${mark}`,
  );
}
