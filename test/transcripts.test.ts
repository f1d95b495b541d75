import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { normalise } from './support/normalise.ts';
import { replay } from './support/replay.ts';

const folder = path.join(import.meta.dirname, 'transcripts');
const known = JSON.parse(readFileSync(path.join(folder, 'known-mismatches.json'), 'utf8')) as {
  file: string;
  line: string;
  number?: number;
  reason: string;
}[];

test('the simulator answers the recorded stories as the real host did', async () => {
  const whole = new Set(known.filter(({ line }) => line === '*').map(({ file }) => file));
  const stories = (await replay(folder)).filter(({ file }) => !whole.has(file));
  const commands = stories.reduce((sum, story) => sum + story.commands, 0);
  const wrong = stories.flatMap(({ mismatches }) => mismatches);
  const unknown = wrong.filter(
    (found) =>
      !known.some(
        ({ file, line, number = found.number }) =>
          file === found.file && number === found.number && (line === '*' || line === found.line),
      ),
  );
  expect(unknown.map(({ file, number, line }) => `${file}:${number} ${line}`)).toEqual([]);
  expect(wrong.length).toBeLessThanOrEqual(commands * 0.05);
});

test('every known difference has a reason', () => {
  expect(known.filter(({ reason }) => reason.length < 20)).toEqual([]);
});

test.each([
  ['2026-11-23T18:16:33.002256608Z', '<time>'],
  ['running (CID: 2b16ca7bb85)', 'running (CID: <id>)'],
  ['web.run.5566 listens on 172.17.0.2:5000', 'web.run.<n> listens on <ip>:5000'],
  ['HEAD is deadbeef', 'HEAD is deadbeef'],
  ['facade decade', 'facade decade'],
  ['version 0.38.27, port 5000', 'version 0.38.27, port 5000'],
])('%s is compared as %s', (text, shown) => {
  expect(normalise(text)).toBe(shown);
});
