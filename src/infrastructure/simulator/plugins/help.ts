import { byBytes } from '../access.ts';
import type { Handler } from '../invocation.ts';

/** Cells set in columns as `column -t` does: two blanks between, missing cells blank, the last column not padded. */
export function columnTable(rows: readonly (readonly string[])[]): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  return rows
    .map((row) => {
      const cells = widths.map((width, index) => (row[index] ?? '').padEnd(index === count - 1 ? 0 : width));
      return `${cells.join('  ')}\n`;
    })
    .join('');
}

/** Lines split at commas and set in columns (`column -c2 -t -s,`). */
export function commaColumns(lines: readonly string[]): string {
  return columnTable(lines.map((line) => line.split(',')));
}

/** `NAME:help` and the bare name of a plugin that is a shell script. A line is the command, a comma, what it does. */
export function shellHelp(plugin: string, description: string, lines: readonly string[]): Handler {
  const table = commaColumns([...lines].sort(byBytes).map((line) => `    ${line}`));
  return async (call) => {
    await call.sleep(100);
    call.out(`Usage: dokku ${plugin}[:COMMAND]\n\n${description}\n\nAdditional commands:\n${table}`);
    return 0;
  };
}
