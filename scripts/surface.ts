import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { open } from '../src/compose.ts';
import { createServerFactory } from '../src/mcp/server.ts';

const BUDGET = { tools: 25, tokens: 4_000, listTokens: 9_000 };

/** What a model is given, in tokens (bytes / 4): name, description and input schema; and the whole of tools/list. */
const { product } = open({ demo: true }, {});
const [ours, theirs] = InMemoryTransport.createLinkedPair();
const server = createServerFactory(product, () => undefined)();
const client = new Client({ name: 'surface', version: '1' });
await Promise.all([server.connect(ours), client.connect(theirs)]);
const { tools } = await client.listTools();
await client.close();
await product.close();

const tokens = (value: unknown): number => Math.ceil(Buffer.byteLength(JSON.stringify(value)) / 4);
const rows = tools
  .map(({ name, description, inputSchema }) => ({ name, tokens: tokens({ name, description, inputSchema }) }))
  .sort((a, b) => b.tokens - a.tokens);
const result = {
  tools: tools.length,
  tokens: rows.reduce((sum, row) => sum + row.tokens, 0),
  listTokens: tokens({ tools }),
  biggest: rows.slice(0, 8),
};
const good =
  result.tools <= BUDGET.tools && result.tokens <= BUDGET.tokens && result.listTokens <= BUDGET.listTokens;
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  console.log(`tools       ${result.tools} of ${BUDGET.tools}`);
  console.log(`tokens      ${result.tokens} of ${BUDGET.tokens} (name, description, input schema)`);
  console.log(`listTokens  ${result.listTokens} of ${BUDGET.listTokens} (whole tools/list)`);
  for (const { name, tokens: size } of result.biggest) console.log(`  ${name.padEnd(18)} ${size}`);
}
process.exitCode = good ? 0 : 1;
