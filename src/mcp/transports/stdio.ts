import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Product } from '../../application/product.ts';
import { createServerFactory } from '../server.ts';

/** Serves both protocol eras on standard input and output until the client closes them or the process is told to end. */
export function serveOverStdio(product: Product, log: (id: string, error: unknown) => void): Promise<void> {
  return new Promise((resolve) => {
    const handle = serveStdio(createServerFactory(product, log), { onerror: (error) => log('stdio', error) });
    const end = async () => {
      await handle.close();
      await product.close();
      resolve();
    };
    process.stdin.once('end', () => void end());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  });
}
