import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { operations } from '../src/application/operations/index.ts';
import { ConfigSchema } from '../src/config/schema.ts';
import { failures } from '../src/domain/failures.ts';
import { createTools } from '../src/mcp/tool-factory.ts';

/** Reference pages made from the code; `--check` fails when a committed page is not what the code says. */
const HEAD = '<!-- Made by npm run generate; do not edit. -->\n\n';
const pages: Record<string, string> = {
  'docs/reference/tools.md': tools(),
  'docs/reference/errors.md': errors(),
  'docs/reference/config.md': config(),
};
const check = process.argv.includes('--check');
let stale = 0;
mkdirSync('docs/reference', { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  const page = HEAD + text;
  if (existsSync(path) && readFileSync(path, 'utf8') === page) continue;
  if (check) {
    stale += 1;
    console.error(`${path} is not up to date: run npm run generate`);
  } else writeFileSync(path, page);
}
process.exitCode = stale === 0 ? 0 : 1;

function tools(): string {
  const all = createTools({ operations, access: { readOnly: false }, hosts: ['one'] });
  const sections = all.map(({ name, title, description, operation, inputJson }) => {
    const properties = (inputJson.properties ?? {}) as Record<string, Record<string, unknown>>;
    const required = new Set((inputJson.required ?? []) as string[]);
    const rows = Object.entries(properties).map(
      ([field, schema]) => `| \`${field}\` | ${required.has(field) ? 'yes' : ''} | ${cell(schema)} |`,
    );
    const effect = operation.kind === 'query' ? 'reads' : `changes (${operation.effect})`;
    const runner = operation.kind === 'query' ? 'command_query' : 'command_execute';
    const way =
      operation.listed === false
        ? ` Not listed: run it with \`${runner}\` \`{"name": "${name}", "input": {…}}\`.`
        : '';
    const argumentsTable =
      rows.length === 0 ? 'No arguments.' : ['| argument | needed | |', '|---|---|---|', ...rows].join('\n');
    return `## ${name}\n\n**${title}** — ${effect}. ${description}${way}\n\n${argumentsTable}`;
  });
  return `# Tools\n\nEvery change also takes \`mode: plan\`, which shows the exact commands and sends nothing. With several hosts every tool takes \`host\`. The command line runs all of them: \`dokku-mcp call TOOL JSON\`.\n\n${sections.join('\n\n')}\n`;
}

function cell(schema: Record<string, unknown>): string {
  const choice = Array.isArray(schema.enum) ? schema.enum.map((one) => `\`${String(one)}\``).join(' ') : '';
  const fallback = schema.default === undefined ? '' : `default \`${JSON.stringify(schema.default)}\``;
  return [schema.description, choice, fallback]
    .filter((part) => part !== undefined && part !== '')
    .join('; ')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');
}

function errors(): string {
  const special: Record<string, unknown> = {
    ...{ nearest: undefined, known: undefined, stands: undefined },
    ...{ ms: 30_000, sent: true },
  };
  const lists = ['done', 'evidence', 'installed'];
  const sample = new Proxy(special, {
    get: (known, key) => {
      const name = String(key);
      if (name in known) return known[name];
      return lists.includes(name) ? [`‹${name}›`] : `‹${name}›`;
    },
  });
  const rows = Object.entries(failures).map(([code, entry]) => {
    const { message, remedy, retryable } = entry as {
      message: (d: unknown) => string;
      remedy: (d: unknown) => string;
      retryable?: boolean;
    };
    return `## ${code}\n\n${message(sample)}\n\n*What to do:* ${remedy(sample)}${retryable === true ? '\n\nThe same call may be made again.' : ''}`;
  });
  return `# Errors\n\nEvery failed call ends with one of these codes. ‹words› stand for what the case fills in.\n\n${rows.join('\n\n')}\n`;
}

function config(): string {
  const schema = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >;
  const rows: string[] = [];
  const walk = (node: Record<string, unknown>, path: string): void => {
    const additional = node.additionalProperties;
    if (additional !== null && typeof additional === 'object')
      walk(additional as Record<string, unknown>, `${path}.‹name›`);
    for (const [key, child] of Object.entries(
      (node.properties ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const here = path === '' ? key : `${path}.${key}`;
      const items = child.items as Record<string, unknown> | undefined;
      if (items?.properties !== undefined) walk(items, `${here}[]`);
      else if (child.properties !== undefined || child.additionalProperties instanceof Object)
        walk(child, here);
      else rows.push(`| \`${here}\` | ${cell(child)} |`);
    }
  };
  walk(schema, '');
  return `# Configuration\n\nA YAML file (\`~/.config/dokku-mcp/config.yaml\`, or \`--config\`). Defaults < file < environment < flags. \`DOKKU_HOST=dokku@example.com\` alone is enough.\n\n| key | |\n|---|---|\n${rows.join('\n')}\n`;
}
