import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

/** The least that the SDK can serve: one tool that does nothing. What it takes, no server on the SDK can go below. */
serveStdio(() => {
  const server = new McpServer({ name: 'bare', version: '0' });
  server.registerTool(
    'nothing',
    {
      description: 'Does nothing.',
      inputSchema: z.object({}),
      outputSchema: z.object({ done: z.boolean() }),
    },
    () => ({ content: [{ type: 'text', text: 'done' }], structuredContent: { done: true } }),
  );
  return server;
});
process.stdin.once('end', () => process.exit());
