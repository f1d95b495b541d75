/**
 * Splits an unquoted shell variable into words as bash does with the default IFS: runs of blanks, tabs and
 * newlines separate, quotes and backslashes are ordinary characters. No pathname matches anything here, so
 * `*`, `?` and `[` stay as they are.
 */
export function shellWords(line: string): string[] {
  return line.split(/[ \t\n]+/).filter((word) => word !== '');
}
