import type { Block, ParsedOutput } from './output.ts';

/* Lines of a deploy's output that show why it failed. */

export const blocks = (output: ParsedOutput, kind: Block['kind']): string[] =>
  output.blocks.filter((block) => block.kind === kind).flatMap((block) => block.lines);

export const lines = (output: ParsedOutput, pattern: RegExp): string[] =>
  output.own.filter((line) => pattern.test(line));

export const dockerErrors = (output: ParsedOutput): string[] =>
  lines(output, /^Error(?: response from daemon)?: |^error: /);

/** buildkit repeats the failing step between two rulers; other builders say it in their last lines. */
export function buildEvidence(output: ParsedOutput): string[] {
  const first = output.own.indexOf('------');
  const last = output.own.indexOf('------', first + 1);
  if (first >= 0 && last > first) return output.own.slice(first + 1, last).concat(lines(output, /^ERROR: /));
  const failed = output.own.findIndex((line) => /^ !\s+App build failed/.test(line));
  return output.own.slice(Math.max(0, failed - 8), Math.max(0, failed));
}

export const checkFailures = (output: ParsedOutput): string[] =>
  lines(output, /^ !\s+Failure in name=/).map((line) => line.replace(/^ !\s+/, ''));

/** A crash says more in its last lines than in its first. */
export const crashEvidence = (output: ParsedOutput): string[] =>
  [...new Set(blocks(output, 'container').slice(-200))].slice(-7).concat(checkFailures(output));

export const healthEvidence = (output: ParsedOutput): string[] => [
  ...checkFailures(output),
  ...new Set(blocks(output, 'healthcheck').slice(0, 4)),
  ...[...new Set(blocks(output, 'container').slice(-100))].slice(-4),
];

export const taskEvidence = (output: ParsedOutput): string[] => [
  ...dockerErrors(output),
  ...[...new Set(blocks(output, 'task'))].slice(-6),
];

export const firstOf = (candidates: readonly string[], otherwise: string): string =>
  candidates[0]?.trim() ?? otherwise;
