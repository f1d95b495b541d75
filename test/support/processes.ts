import { execFileSync } from 'node:child_process';

/** Ids of all processes whose command line holds every one of these texts. */
export function processesWith(...texts: readonly string[]): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => texts.every((text) => line.includes(text)))
    .map((line) => Number.parseInt(line, 10));
}
