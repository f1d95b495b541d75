import { byBytes } from '../access.ts';

/*
 * Dokku keeps an app's variables in a file that it writes and reads back with github.com/joho/godotenv 1.5.1.
 * Reading is not the inverse of writing, which is how some values change or make the file unreadable, so both
 * directions are modelled as they are.
 */

/** The file cannot be read; the message is Dokku's. */
export class EnvFileFault extends Error {
  override readonly name = 'EnvFileFault';
}

/** The file's text: sorted lines, whole numbers bare, everything else in double quotes. */
export function writeEnvFile(variables: ReadonlyMap<string, string>): string {
  return [...variables]
    .map(([key, value]) => `${key}=${wholeNumber(value) ?? `"${escapeValue(value)}"`}`)
    .sort(byBytes)
    .join('\n');
}

/** The variables in the file; throws EnvFileFault as godotenv does. `process` are the variables of Dokku itself. */
export function readEnvFile(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  let rest = statementStart(text.replaceAll('---\n', '\n').replaceAll('\r\n', '\n'));
  while (rest !== undefined) {
    const [key, afterKey] = readKey(rest);
    const [value, afterValue] = readValue(afterKey, variables);
    variables.set(key, value);
    rest = statementStart(afterValue);
  }
  return variables;
}

/** strconv.Atoi: what it takes is written as a number, so `007` becomes `7`. */
function wholeNumber(value: string): string | undefined {
  if (!/^[+-]?\d+$/.test(value)) return undefined;
  const number = BigInt(value.replace(/^\+/, ''));
  return number === BigInt.asIntN(64, number) ? String(number) : undefined;
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replace(/["!$`]/g, '\\$&');
}

function statementStart(text: string): string | undefined {
  const start = text.trimStart();
  if (start === '') return undefined;
  if (!start.startsWith('#')) return start;
  const end = start.indexOf('\n');
  return end < 0 ? undefined : statementStart(start.slice(end));
}

const BLANK = '[\\t\\v\\f\\r \\u0085\\u00a0]';

function readKey(text: string): [string, string] {
  const source = text.replace(new RegExp(`^export${BLANK}+`), '');
  const end = source.search(/[=:]/);
  const name = end < 0 ? source : source.slice(0, end);
  const wrong = /[^\p{L}\p{N}._\t\v\f\r \u0085\u00a0]/u.exec(name);
  if (wrong !== null) {
    throw new EnvFileFault(
      `unexpected character ${goQuote(wrong[0])} in variable name near ${goQuote(source)}`,
    );
  }
  if (end < 0) return ['', source.replace(new RegExp(`^${BLANK}+`), '')];
  return [name.trimEnd(), source.slice(end + 1).replace(new RegExp(`^${BLANK}+`), '')];
}

function readValue(text: string, variables: ReadonlyMap<string, string>): [string, string] {
  const quote = text.charAt(0);
  if (quote !== '"' && quote !== "'") return readBareValue(text, variables);
  for (let end = text.indexOf(quote, 1); end >= 0; end = text.indexOf(quote, end + 1)) {
    if (text.charAt(end - 1) === '\\') continue;
    const inner = text.slice(0, end).replace(new RegExp(`^${quote}+|${quote}+$`, 'g'), '');
    const value = quote === '"' ? expandVariables(unescapeValue(inner), variables) : inner;
    return [value, text.slice(end + 1)];
  }
  throw new EnvFileFault(`unterminated quoted value ${text.split('\n', 1)[0] ?? ''}`);
}

function readBareValue(text: string, variables: ReadonlyMap<string, string>): [string, string] {
  const end = text.search(/[\n\r]/);
  const line = end < 0 ? text : text.slice(0, end);
  const rest = end < 0 ? '' : text.slice(end);
  const comment = new RegExp(`${BLANK}#`).exec(line);
  const kept = comment === null ? line : line.slice(0, comment.index + 1);
  const trimmed = kept.replace(new RegExp(`^${BLANK}+|${BLANK}+$`, 'g'), '');
  return [expandVariables(trimmed, variables), rest];
}

function unescapeValue(text: string): string {
  const breaks: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r' };
  return text.replace(/\\[^\n]/gu, (pair) => breaks[pair] ?? pair).replace(/\\([^$])/gu, '$1');
}

function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /(\\)?(\$)(\()?\{?([A-Z0-9_]+)?\}?/g,
    (found: string, backslash: string | undefined, _dollar, _open, name: string | undefined) => {
      if (backslash !== undefined) return found.slice(1);
      return name === undefined ? found : (variables.get(name) ?? '');
    },
  );
}

/** Go's %q for printable text. */
function goQuote(text: string): string {
  return JSON.stringify(text);
}
