/** The layers of ARCHITECTURE.md as rules; test/boundaries.test.ts plants a violation and expects red. */
const layer = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });
const tests = '\\.test\\.ts$';
module.exports = {
  forbidden: [
    layer(
      'no-circular',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'A cycle has no bottom layer.',
    ),
    layer(
      'domain-is-pure',
      { path: '^src/domain', pathNot: tests },
      { pathNot: '^src/domain|^node_modules/zod' },
      'domain imports itself and zod.',
    ),
    layer(
      'application-imports-domain',
      { path: '^src/application', pathNot: tests },
      { pathNot: '^src/(application|domain)|^node_modules/(zod|yaml)' },
      'application imports domain, itself and pure libraries; no node:*, no adapters.',
    ),
    layer(
      'infrastructure-not-mcp',
      { path: '^src/infrastructure', pathNot: tests },
      { path: '^src/(mcp|cli|config|compose|main)' },
      'infrastructure implements ports and knows no protocol.',
    ),
    layer(
      'mcp-not-infrastructure',
      { path: '^src/mcp', pathNot: tests },
      { path: '^src/(infrastructure|cli|config|compose|main)' },
      'mcp projects operations and knows no adapter.',
    ),
    layer(
      'sdk-only-in-mcp',
      { path: '^src', pathNot: `^src/mcp|^src/cli/(demo|call|tools)|${tests}` },
      { path: 'node_modules/@modelcontextprotocol' },
      'Only mcp speaks the protocol; the cli has a client of it.',
    ),
    layer(
      'compose-is-the-root',
      { path: '^src', pathNot: `^src/(compose|cli|main)|${tests}` },
      { path: '^src/(compose|cli|main)' },
      'Only cli and main know the composition root.',
    ),
    layer(
      'child-process-only-in-ssh',
      { path: '^src', pathNot: `^src/infrastructure/(ssh|keeper)|^src/cli|${tests}` },
      { path: '^(node:)?child_process$' },
      'One place starts processes.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
