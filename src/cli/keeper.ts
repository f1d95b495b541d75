import type { Command } from 'commander';
/** placeholder */
export function keeperCommand(_program: Command): void {}
