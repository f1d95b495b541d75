import type { Command, DokkuClient, ExecuteOptions } from '../../application/ports.ts';

/** A client that counts what goes out through it, by command. */
export interface Counting {
  readonly client: DokkuClient;
  readonly sent: ReadonlyMap<string, number>;
}

export function counting(inner: DokkuClient): Counting {
  const sent = new Map<string, number>();
  const note = (name: string): void => void sent.set(name, (sent.get(name) ?? 0) + 1);
  return {
    sent,
    client: {
      host: inner.host,
      execute: (command: Command, options?: ExecuteOptions) => {
        note(command.name);
        return inner.execute(command, options);
      },
      about: (signal?: AbortSignal) => {
        // At most these two: they are remembered for a while.
        note('version');
        note('plugin:list');
        return inner.about(signal);
      },
      close: () => inner.close(),
    },
  };
}
