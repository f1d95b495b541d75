import type { Command } from 'commander';
import { openHosts } from '../compose.ts';

/** `keeper FOLDER`, started by the server itself: carries one deploy to its end, whatever becomes of the server. */
export function keeperCommand(program: Command): void {
  program
    .command('keeper', { hidden: true })
    .argument('<folder>')
    .action(async (folder: string) => {
      await openHosts(folder, process.env).keep(folder);
    });
}
