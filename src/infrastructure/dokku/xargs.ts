/** What `printf '%s' LINE | xargs -n 1 | readarray -t` leaves: one argument per printed line. */
export interface XargsResult {
  readonly argv: readonly string[];
  /** The complaint of xargs, which does not stop what was read before it from running. */
  readonly stderr: string;
}

/**
 * Parses a line as `xargs -n 1` (GNU findutils 4.9) does and runs each argument through `echo` (GNU coreutils 9.1):
 * '...' and "..." quote without escapes, a backslash takes the next character outside quotes, an unbalanced quote
 * ends the input with an error after the earlier arguments have run. Never throws.
 */
export function xargs(line: string): XargsResult {
  const { args, stderr } = splitArguments(line);
  const runs = args.length === 0 && stderr === '' ? [undefined] : args;
  const printed = runs.map(echo).join('');
  return { argv: printed === '' ? [] : printed.replace(/\n$/, '').split('\n'), stderr };
}

const separatorOrSpace = /[ \t\n\v\f\r]/;

function splitArguments(line: string): { args: string[]; stderr: string } {
  const args: string[] = [];
  let current = '';
  let state: 'space' | 'plain' | 'escaped' | '"' | "'" = 'space';
  const fail = (quote: '"' | "'") => ({ args, stderr: unmatched(quote) });
  for (const char of line) {
    if (state === 'escaped') {
      current += char;
      state = 'plain';
    } else if (state === '"' || state === "'") {
      if (char === '\n') return fail(state);
      if (char === state) state = 'plain';
      else current += char;
    } else if (state === 'space' && separatorOrSpace.test(char)) {
      // Space before an argument is not part of it; carriage returns and form feeds count as space only here.
    } else if (char === ' ' || char === '\t' || char === '\n') {
      args.push(current);
      current = '';
      state = 'space';
    } else if (char === '\\') {
      state = 'escaped';
    } else if (char === '"' || char === "'") {
      state = char;
    } else {
      current += char;
      state = 'plain';
    }
  }
  // At the end of the input nothing collected means nothing to do, not even to complain of an open quote.
  if (current === '') return { args, stderr: '' };
  if (state === '"' || state === "'") return fail(state);
  return { args: [...args, current], stderr: '' };
}

function unmatched(quote: '"' | "'"): string {
  const kind = quote === '"' ? 'double' : 'single';
  return `xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option\n`;
}

/** What coreutils' echo prints for one argument, or for none. */
function echo(argument: string | undefined): string {
  if (argument === undefined) return '\n';
  if (argument === '--help') return echoHelp;
  if (argument === '--version') return echoVersion;
  if (/^-[neE]+$/.test(argument)) return argument.includes('n') ? '' : '\n';
  return `${argument}\n`;
}

const echoHelp = `Usage: echo [SHORT-OPTION]... [STRING]...
  or:  echo LONG-OPTION
Echo the STRING(s) to standard output.

  -n             do not output the trailing newline
  -e             enable interpretation of backslash escapes
  -E             disable interpretation of backslash escapes (default)
      --help        display this help and exit
      --version     output version information and exit

If -e is in effect, the following sequences are recognized:

  \\\\      backslash
  \\a      alert (BEL)
  \\b      backspace
  \\c      produce no further output
  \\e      escape
  \\f      form feed
  \\n      new line
  \\r      carriage return
  \\t      horizontal tab
  \\v      vertical tab
  \\0NNN   byte with octal value NNN (1 to 3 digits)
  \\xHH    byte with hexadecimal value HH (1 to 2 digits)

NOTE: your shell may have its own version of echo, which usually supersedes
the version described here.  Please refer to your shell's documentation
for details about the options it supports.

NOTE: printf(1) is a preferred alternative,
which does not have issues outputting option-like strings.

GNU coreutils online help: <https://www.gnu.org/software/coreutils/>
Report any translation bugs to <https://translationproject.org/team/>
Full documentation <https://www.gnu.org/software/coreutils/echo>
or available locally via: info '(coreutils) echo invocation'
`;

const echoVersion = `echo (GNU coreutils) 9.1
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by Brian Fox and Chet Ramey.
`;
