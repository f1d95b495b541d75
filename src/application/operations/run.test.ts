import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { runCommand } from './run.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
});
afterEach(() => on.close());

describe('run_command', () => {
  it('plans the program with its words, any exit code an answer, and a deadline', async () => {
    const plan = await on.plan(runCommand, { app: 'shop', command: ['echo', 'a b'], timeout_seconds: 5 });
    expect(plan).toMatchObject({
      effect: 'disruptive',
      app: 'shop',
      commands: [{ name: 'run', args: ['shop', 'echo', 'a b'], accept: 'any', deadlineMs: 5_000 }],
    });
    expect(plan.inverse).toBeUndefined();
    expect(plan.consequences.join()).toContain('After 5 s this server stops waiting');
  });

  it('gives exit code and output, which is text of the app', async () => {
    const { answer } = await on.apply(runCommand, {
      app: 'shop',
      command: ['sh', '-c', 'echo hello; exit 3'],
    });
    expect(answer).toMatchObject({ data: { exit: 3, stdout: 'hello\n' }, untrusted: 'hello\n' });
    expect(answer?.text).toContain('sh ended with exit code 3');
  });

  it('needs an app', async () => {
    await expect(on.plan(runCommand, { app: 'nope', command: ['ls'] })).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
    });
  });

  it('says when no exit code came back', async () => {
    const { data, text } = await on.readBack(runCommand, { app: 'shop', command: ['ls'] });
    expect(data.exit).toBe(-1);
    expect(text).toContain('the container may still run');
  });
});
