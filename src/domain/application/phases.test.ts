import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/support/transcript.ts';
import { initialPhase, nextPhase, phaseOf, progressMessage } from './phases.ts';

function walk(text: string): string[] {
  const seen: string[] = [];
  let state = initialPhase;
  for (const line of text.split('\n')) {
    state = nextPhase(state, line);
    if (seen.at(-1) !== state.phase) seen.push(state.phase);
  }
  return seen;
}

describe('phases of recorded deploys', () => {
  it('an image', () => {
    expect(walk(recorded('03-deploy-image', 'git:from-image web demo/web:1').stdout)).toEqual([
      'fetch',
      'build',
      'release',
      'start',
      'health check',
      'proxy',
      'end',
    ]);
  });

  it('a repository with two process types starts and checks twice', () => {
    const { stdout } = recorded('13-git-deploy', 'git:sync --build multi git://127.0.0.1/multi.git main');
    expect(walk(stdout)).toEqual([
      'fetch',
      'build',
      'release',
      'start',
      'health check',
      'proxy',
      'start',
      'health check',
      'end',
    ]);
  });

  it('a failed health check ends in the health check', () => {
    const { stdout } = recorded('03-deploy-image', 'git:from-image web demo/web:3');
    expect(phaseOf(stdout.split('\n'))).toBe('health check');
  });

  it('text of the app moves nothing', () => {
    const lines = ['=====> Start of web container output (1 web.1)', '-----> Releasing web...'];
    expect(phaseOf(lines)).toBe('unknown');
    expect(
      phaseOf([...lines, '=====> End of web container output (1 web.1)', '-----> Releasing web...']),
    ).toBe('release');
  });
});

describe('progressMessage', () => {
  it.each([
    ['-----> Releasing web...', 'Releasing web...'],
    ['=====> Application deployed:', 'Application deployed:'],
    ["\u001b[1m\u001b[31m !     \u001b[0m\u001b[0mFailure in name='x': y", "Failure in name='x': y"],
    ['#8 [4/4] RUN make', '#8 [4/4] RUN make'],
    ['#8 DONE 2.2s', undefined],
    ['6fb6470b3fa3b6e3f053a13dacc8d2575d46ca385063e6a5f1dace1a4f94457d', undefined],
    ['   ', undefined],
  ])('%s', (line, message) => {
    expect(progressMessage(line)).toBe(message);
  });

  it('cuts long lines', () => {
    expect(progressMessage('x'.repeat(500))?.length).toBe(160);
  });
});
