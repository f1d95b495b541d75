import type { Command } from 'commander';
/** placeholder */
export function demoCommand(_program: Command): void {}
