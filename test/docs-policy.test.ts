import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each command of the guide with the policy that stands before it and the lines that it shows. */
const guide = readFileSync('docs/guide/policy.md', 'utf8');
let file = '';
const examples = [...guide.matchAll(/```(yaml|console)\n([\s\S]*?)```/g)].flatMap(
  ([, kind, text = ''], index) => {
    if (kind === 'yaml') {
      file = join(folder, `${index}.yaml`);
      writeFileSync(file, text);
      return [];
    }
    return text
      .split(/^\$ dokku-mcp /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...shown] = part.trimEnd().split('\n');
        return { command, shown, policy: file };
      });
  },
);

describe('the guide to policies', () => {
  test('has examples', () => expect(examples.length).toBeGreaterThan(10));

  test.each(examples)('dokku-mcp $command', async ({ command, shown, policy }) => {
    const { stdout } = await runCli(command.split(' '), { DOKKU_MCP_POLICY: policy });
    expect(stdout.trimEnd().split('\n').slice(0, shown.length)).toEqual(shown);
  });
});
