import { byBytes } from '../../access.ts';
import type { Handler } from '../../invocation.ts';
import { commaColumns } from '../help.ts';

interface Subcommand {
  readonly name: string;
  readonly description: string;
  /** Names and what they are. */
  readonly args: readonly (readonly [string, string])[];
  /** Sentences, each followed by a command. */
  readonly examples: readonly (readonly [string, string])[];
}

const app = ['app', 'app to run command against'] as const;

/** The subcommands by their files, with what the comments in them tell. */
const subcommands: Readonly<Record<string, Subcommand>> = {
  default: {
    name: 'redirect',
    description: 'display the redirects set on app',
    args: [app],
    examples: [['show redirect rules:', 'dokku redirect my-app']],
  },
  set: {
    name: 'redirect:set',
    description: 'set a redirect from <src> domain to <dest> domain',
    args: [app, ['source', 'source domain'], ['dest', 'source domain'], ['code', '(optional) redirect code']],
    examples: [
      ['add a redirect rule:', 'dokku redirect:set my-app ma.dokku.me my-app.dokku.me'],
      [
        'you can also specify a redirect code (defaults to 301):',
        'dokku redirect:set my-app ma.dokku.me my-app.dokku.me 302',
      ],
    ],
  },
  unset: {
    name: 'redirect:unset',
    description: 'unset a redirect from <source>',
    args: [app, ['domain', 'domain redirect to remove']],
    examples: [['remove a redirect rule:', 'dokku redirect:unset my-app ma.dokku.me']],
  },
};

/** `redirect:help [SUBCOMMAND]` */
export const redirectHelp: Handler = async (call) => {
  await call.sleep(200);
  const [wanted = ''] = call.args;
  if (wanted === '' || wanted === '--all') {
    call.out(overview());
    return 0;
  }
  const known = Object.hasOwn(subcommands, wanted) ? subcommands[wanted] : undefined;
  if (known === undefined) {
    call.err(
      `cat: /var/lib/dokku/plugins/enabled/redirect/subcommands/${wanted}: No such file or directory\n`,
    );
    return 1;
  }
  call.out(details(known));
  return 0;
};

function overview(): string {
  const lines = Object.values(subcommands).map(({ name, args, description }) => {
    // Of more than three arguments the fourth is an ellipsis.
    const words = args.slice(0, 3).map(([word]) => `<${word}>`);
    return `    ${name} ${words.join(' ')}${args.length > 3 ? '...' : ''}, ${description}`;
  });
  return `usage: dokku redirect[:COMMAND]

Display the redirects set on app.

Example:

    $ dokku redirect my-app

       !     There are no redirects for my-app

dokku redirect commands: (get help with dokku redirect:help SUBCOMMAND)

${commaColumns(lines.sort(byBytes))}
`;
}

function details({ name, args, description, examples }: Subcommand): string {
  const words = args.map(([word]) => `<${word}>`).join(' ');
  const table = commaColumns(args.map(([word, text]) => `${word}, ${text}`));
  const shown = examples.map(([sentence, command]) => `${sentence}\n\n    ${command}\n`).join('\n');
  return `usage: dokku ${name} ${words}\n\n${description}\n\narguments:\n\n${table}\nexamples:\n\n${shown}\n`;
}
