import { createInterface } from 'node:readline';
import { JsonlAuditLog } from '../../src/infrastructure/audit/jsonl-audit-log.ts';

/** What a writer process is asked for, one JSON line each on standard input. */
export interface Order {
  readonly stateDir: string;
  readonly acts: number;
  /** How many acts are under way at once. */
  readonly atOnce: number;
  readonly rotateBytes: number;
  /** Closes this intent of another process instead. */
  readonly close?: string;
}

/** What it says, each as a JSON line when it is so: on disk, or refused. */
export interface Said {
  readonly intent?: string;
  readonly outcome?: string;
  readonly failed?: string;
  readonly done?: true;
}

const clock = { now: () => Date.now(), sleep: async () => undefined };
const say = (said: Said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const failed = (error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) });

async function carryOut({ stateDir, acts, atOnce, rotateBytes, close }: Order): Promise<void> {
  const rotation = { bytes: rotateBytes, ageMs: 86_400_000 };
  const audit = new JsonlAuditLog({ stateDir, clock, rotation, mask: (_host, value) => value });
  const finish = async (id: string) => {
    await audit.outcome(id, { result: 'ok', durationMs: 1 });
    say({ outcome: id });
  };
  if (close !== undefined) await finish(close);
  let left = acts;
  const act = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const id = await audit.intent({
        host: 'main',
        operation: 'ps_control',
        app: `app-${left}`,
        effect: 'disruptive',
        commands: ['dokku ps:restart shop'],
        actor: 'me',
      });
      say({ intent: id });
      await finish(id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, act));
  await audit.close();
}

for await (const line of createInterface({ input: process.stdin })) {
  await carryOut(JSON.parse(line) as Order).catch(failed);
  say({ done: true });
}
