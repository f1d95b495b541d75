import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';

const depcruise = (path: string) =>
  spawnSync('npx', ['depcruise', '--config', '.dependency-cruiser.cjs', path], { encoding: 'utf8' });

const planted = {
  'src/domain/planted-violation.ts': [
    "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
    'domain-is-pure',
  ],
  'src/application/planted-violation.ts': [
    "import { FileStore } from '../infrastructure/state/file-store.ts';\nexport const x = FileStore;\n",
    'application-imports-domain',
  ],
  'src/mcp/planted-violation.ts': [
    "import { FileStore } from '../infrastructure/state/file-store.ts';\nexport const x = FileStore;\n",
    'mcp-not-infrastructure',
  ],
  'src/infrastructure/planted-violation.ts': [
    "import { McpServer } from '@modelcontextprotocol/server';\nexport const x = McpServer;\n",
    'sdk-only-in-mcp',
  ],
} as const;

afterAll(() => {
  for (const path of Object.keys(planted)) rmSync(path, { force: true });
});

test.each(Object.entries(planted))('a planted violation in %s is found', (path, [text, rule]) => {
  writeFileSync(path, text);
  const { status, stdout } = depcruise(path);
  rmSync(path);
  expect(status).not.toBe(0);
  expect(stdout).toContain(rule);
});

test('the source itself is cruised and holds no violation', () => {
  const report: unknown = JSON.parse(
    execFileSync(
      'npx',
      ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'],
      {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      },
    ),
  );
  expect(report).toMatchObject({ summary: { violations: [] } });
  expect((report as { modules: unknown[] }).modules.length).toBeGreaterThan(100);
});
