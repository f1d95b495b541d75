import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Estimate } from './statistics.ts';

/** One line of the result. Without a goal it only tells. */
export interface Item {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string | null;
  readonly pass: boolean;
  readonly low?: number;
  readonly high?: number;
}

export interface Goal {
  readonly most?: number;
  readonly least?: number;
}

/** Judges a measured value by its median; the interval beside it tells how much the machine's noise weighs. */
export function judge(name: string, unit: string, measured: number | Estimate, goal: Goal = {}): Item {
  const { value, low, high } =
    typeof measured === 'number' ? { value: measured, low: measured, high: measured } : measured;
  const { most, least } = goal;
  return {
    name,
    value: rounded(value),
    unit,
    goal: most === undefined ? (least === undefined ? null : `>= ${least}`) : `<= ${most}`,
    pass: (most === undefined || value <= most) && (least === undefined || value >= least),
    ...(typeof measured === 'number' ? {} : { low: rounded(low), high: rounded(high) }),
  };
}

/** The items as a table for a terminal. */
export function table(items: readonly Item[]): string {
  const rows = items.map(({ name, value, unit, goal, pass, low, high }) => [
    name,
    `${value} ${unit}`.trim(),
    low === undefined ? '' : `${low} .. ${high}`,
    goal ?? '',
    goal === null ? '' : pass ? 'pass' : 'FAIL',
  ]);
  const all = [['claim', 'measured', '95 % interval', 'goal', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The items as the one JSON array that `--json` prints. */
export function json(items: readonly Item[]): string {
  return JSON.stringify(
    items.map(({ name, value, unit, goal, pass }) => ({ name, value, unit, goal, pass })),
    undefined,
    1,
  );
}

/** Keeps the result with what it was measured on; returns the file's path. */
export function keep(items: readonly Item[], facts: Readonly<Record<string, unknown>>): string {
  const directory = join('bench', 'results');
  mkdirSync(directory, { recursive: true });
  const now = new Date();
  const path = join(directory, `${now.toISOString().replaceAll(/[:.]/g, '-')}.json`);
  const machine = {
    node: process.version,
    platform: process.platform,
    cpus: cpus().length,
    model: cpus()[0]?.model,
  };
  const content = { at: now.toISOString(), machine, loadAtEnd: loadavg(), ...facts, items };
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
  return path;
}

function rounded(value: number): number {
  return Number(value.toPrecision(value >= 1000 ? 6 : 4));
}
