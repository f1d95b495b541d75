import { describe, expect, test } from 'vitest';
import { runInContainer, runScript, type ShellContext } from './shell.ts';

const context: ShellContext = {
  environment: { HOME: '/', GREETING: 'hello' },
  directory: '/app',
  bash: true,
};

const shown = (result: ReturnType<typeof runScript>): string =>
  result.output.map(({ stream, text }) => (stream === 'stderr' ? `!${text}` : text)).join('');

describe('a command in a container', () => {
  test.each([
    [['echo', 'a', 'b'], 'a b\n', 0],
    [['printenv', 'GREETING'], 'hello\n', 0],
    [['printenv', 'ABSENT'], '', 1],
    [['pwd'], '/app\n', 0],
    [['sh', '-c', 'echo out; echo err >&2; exit 3'], 'out\n!err\n', 3],
    [['sh', '-c', 'echo \'$HOME\' "$GREETING"'], '$HOME hello\n', 0],
    [['/bin/bash', '-c', 'false || echo rescued'], 'rescued\n', 0],
  ])('%j prints %j and ends with %i', (argv, text, exit) => {
    const result = runInContainer(argv, context);
    expect(shown(result)).toBe(text);
    expect(result.exit).toBe(exit);
  });

  test('a program that is not there does not run', () => {
    expect(runInContainer(['nosuch'], context)).toMatchObject({ missing: 'nosuch', output: [] });
    expect(runInContainer(['/bin/bash'], { ...context, bash: false })).toMatchObject({
      missing: '/bin/bash',
    });
  });
});

describe('a script', () => {
  test('&& stops at the first failure, ; does not', () => {
    expect(shown(runScript('echo one && false && echo two', context))).toBe('one\n');
    expect(shown(runScript('false; echo two', context))).toBe('two\n');
  });

  test('sleep takes host time only', () => {
    expect(runScript('sleep 1 && sleep 0.5', context)).toMatchObject({ exit: 0, ms: 1500, output: [] });
  });

  test('an unknown program inside is told by the shell with 127', () => {
    const result = runScript('nosuch', context);
    expect(result.exit).toBe(127);
    expect(shown(result)).toBe('!sh: nosuch: not found\n');
  });
});
