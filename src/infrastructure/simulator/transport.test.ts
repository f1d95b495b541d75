import { expect, test } from 'vitest';
import type { ExecRequest } from '../transport.ts';
import { SimulatedHost } from './host.ts';
import { SimulatorTransport } from './transport.ts';

const request = (line: string, more: Partial<ExecRequest> = {}): ExecRequest => ({
  line,
  label: line.split(' ')[0] ?? '',
  deadlineMs: 60_000,
  repeatable: false,
  ...more,
});

test('gives back exit code, both streams and the time that passed on the host', async () => {
  const outcome = await new SimulatorTransport(new SimulatedHost()).exec(request('apps:list'));
  expect(outcome.exit).toBe(0);
  expect(outcome.stdout.data.toString()).toBe('=====> My Apps\n');
  expect(outcome.stderr.bytes).toBe(outcome.stderr.data.length);
  expect(outcome.durationMs).toBeGreaterThan(0);
});

test('keeps head and tail of a stream within the limit and counts all of it', async () => {
  const { stdout } = await new SimulatorTransport(new SimulatedHost()).exec(
    request('help', { keepBytes: 40 }),
  );
  expect(stdout.data).toHaveLength(40);
  expect(stdout.truncated).toBe(true);
  expect(stdout.bytes).toBeGreaterThan(1000);
});

test('a change whose deadline has passed runs on to its end', async () => {
  const host = new SimulatedHost();
  const transport = new SimulatorTransport(host);
  await expect(transport.exec(request('apps:create web', { deadlineMs: 300 }))).rejects.toMatchObject({
    code: 'TIMEOUT',
  });
  await expect.poll(() => host.apps.get('web')?.scale.get('web')).toBe(1);
  const { exit } = await transport.exec(request('apps:exists web'));
  expect(exit).toBe(0);
});

test('a call that is cancelled before it starts sends nothing', async () => {
  const host = new SimulatedHost();
  const signal = AbortSignal.abort();
  const call = new SimulatorTransport(host).exec(request('apps:create web', { signal }));
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: false } });
  expect(host.apps.size).toBe(0);
});

test('a call that is cancelled on the way says that it was sent', async () => {
  const caller = new AbortController();
  const call = new SimulatorTransport(new SimulatedHost()).exec(
    request('apps:create web', { signal: caller.signal, onOutput: () => caller.abort() }),
  );
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: true } });
});

test('a closed transport loses its calls', async () => {
  const transport = new SimulatorTransport(new SimulatedHost());
  const call = transport.exec(request('events -t', { repeatable: true }));
  await transport.close();
  await expect(call).rejects.toMatchObject({ code: 'LINK_LOST' });
  await expect(transport.exec(request('apps:list'))).rejects.toMatchObject({ code: 'LINK_LOST' });
});

test('a fault of the reader ends the call', async () => {
  const onOutput = async (): Promise<void> => {
    throw new Error('the reader broke');
  };
  const call = new SimulatorTransport(new SimulatedHost()).exec(request('apps:list', { onOutput }));
  await expect(call).rejects.toThrow('the reader broke');
});
