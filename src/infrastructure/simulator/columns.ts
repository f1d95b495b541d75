/** Rows in columns as github.com/ryanuber/columnize sets them: two blanks between, the last column not padded. */
export function columns(rows: readonly (readonly string[])[], prefix = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, index) =>
        index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0),
      );
      return `${prefix}${cells.join('  ')}`;
    })
    .join('\n');
}
