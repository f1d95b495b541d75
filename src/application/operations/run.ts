import { z } from 'zod';
import { defineChange } from '../operation.ts';
import { app } from './fields.ts';

const LONGEST = 300;

export const runCommand = defineChange({
  name: 'run_command',
  title: 'Run a one-off command',
  description:
    'Run a command in a new container of the app\'s image with its config; gives exit code and both streams. Has no standard input. Flags like --app or -n: wrap all in ["sh", "-c", "..."].',
  effect: 'disruptive',
  idempotent: false,
  input: z.strictObject({
    app,
    command: z
      .array(z.string().min(1).max(50_000))
      .min(1)
      .max(200)
      .describe('Program and arguments, e.g. ["rails", "db:migrate:status"]'),
    timeout_seconds: z.int().min(1).max(LONGEST).default(60),
  }),
  output: z.object({
    app: z.string(),
    exit: z.number(),
    stdout: z.string(),
    stderr: z.string(),
    truncated: z.boolean(),
  }),
  async plan({ app, command, timeout_seconds }, { apps, signal }) {
    await apps.getByName(app, signal);
    return {
      summary: `Run ${command.join(' ')} in ${app}`,
      effect: 'disruptive',
      app,
      commands: [{ name: 'run', args: [app, ...command], accept: 'any', deadlineMs: timeout_seconds * 1000 }],
      consequences: [
        'It sees the variables and mounts of the app and may change its data; nothing can take that back.',
        `After ${timeout_seconds} s this server stops waiting; the container may go on.`,
      ],
      facts: { app },
      noWayBack: 'Nobody knows what the program did.',
    };
  },
  unobservable: true,
  async readBack({ app, command }, _context, { results }) {
    const result = results.at(-1);
    if (result === undefined) {
      return {
        data: { app, exit: -1, stdout: '', stderr: '', truncated: false },
        text: 'no exit code; the container may still run (command_query run:list shows it)',
      };
    }
    const { exit, stdout, stderr, truncated } = result;
    const note =
      exit === 1 ? ' (on this Dokku 1 also means that the program does not exist in the image)' : '';
    return {
      data: { app, exit, stdout, stderr, truncated },
      text: `${command[0]} ended with exit code ${exit}${note}.${truncated ? ' The middle of the output was left out.' : ''}`,
      untrusted: [stdout, stderr === '' ? '' : `[standard error]\n${stderr}`]
        .filter((part) => part !== '')
        .join('\n'),
    };
  },
});
