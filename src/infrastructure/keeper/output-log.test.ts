import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineBatch } from './line-batch.ts';
import { OutputLog } from './output-log.ts';
import { ProgressReporter } from './progress-reporter.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('OutputLog', () => {
  it('gives whole lines, also while one is being written in the middle of a character', async () => {
    const log = new OutputLog(join(folder, 'log'));
    const newLines = log.follow('start');
    expect(await newLines()).toEqual([]);
    await log.append(['eins ☃', '', 'two\nstays one line']);
    expect(await newLines()).toEqual(['eins ☃', '', 'two stays one line']);
    const bytes = Buffer.from('dritte ☃\n');
    await appendFile(log.path, bytes.subarray(0, 9));
    expect(await newLines()).toEqual([]);
    expect(await log.lines()).toHaveLength(3);
    await appendFile(log.path, bytes.subarray(9));
    expect(await newLines()).toEqual(['dritte ☃']);
  });

  it('follows from the end when asked to', async () => {
    const log = new OutputLog(join(folder, 'log'));
    await log.append(['old']);
    const newLines = log.follow('end');
    expect(await newLines()).toEqual([]);
    await log.append(['new']);
    expect(await newLines()).toEqual(['new']);
  });
});

describe('LineBatch', () => {
  it('keeps the order, and holds a fast sender back', async () => {
    const seen: string[] = [];
    let most = 0;
    const batch = new LineBatch(async (lines) => {
      most = Math.max(most, lines.length);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(...lines);
    });
    const lines = Array.from({ length: 10_000 }, (_, index) => String(index));
    for (const line of lines) await batch.add(line);
    expect(await batch.flush()).toBeUndefined();
    expect(seen).toEqual(lines);
    expect(most).toBeLessThanOrEqual(1_001);
  });

  it('goes on reading when the disk is full, and says so', async () => {
    const batch = new LineBatch(() => Promise.reject(new Error('ENOSPC')));
    for (let index = 0; index < 5_000; index++) await batch.add('x');
    expect(await batch.flush()).toBe('ENOSPC');
  });
});

describe('ProgressReporter', () => {
  it('tells each new phase at once and of other lines only the newest', () => {
    let now = 0;
    const told: string[] = [];
    const reporter = new ProgressReporter((message) => told.push(message), { now: () => now });
    reporter.add(['-----> Cleaning up...', '#1 one', '#2 two']);
    reporter.add(['#3 three']);
    expect(told).toEqual(['build: Cleaning up...']);
    now = 600;
    reporter.add(['#4 four', '-----> Releasing web...', 'later']);
    reporter.end();
    expect(told).toEqual(['build: Cleaning up...', 'release: Releasing web...', 'release: later']);
  });

  it('names no phase before Dokku has told one', () => {
    const told: string[] = [];
    const reporter = new ProgressReporter((message) => told.push(message), { now: () => 0 });
    reporter.add(['       App has been detected as not running, releasing', '-----> Releasing web...']);
    expect(told).toEqual(['release: Releasing web...']);
    reporter.end();
    const first = new ProgressReporter((message) => told.push(message), { now: () => 0 });
    first.add(['       App has been detected as not running, releasing']);
    expect(told.at(-1)).toBe('App has been detected as not running, releasing');
  });
});
