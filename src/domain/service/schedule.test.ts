import { expect, it } from 'vitest';
import { reasonAgainstSchedule } from './schedule.ts';

it.each(['0 3 * * *', '*/15 * * * *', '0,30 8-18 1 jan-mar mon-fri', '59 23 31 12 7', '0 0-12/3 * * *'])(
  '%s is a schedule',
  (text) => expect(reasonAgainstSchedule(text)).toBeUndefined(),
);

it.each([
  ['* * * *', 'five fields'],
  ['0 0 * * *; id', 'five fields'],
  ['*/0 * * * *', 'minute'],
  ['60 * * * *', 'minute'],
  ['0 25 * * *', 'hour'],
  ['0 18-8 * * *', 'hour'],
  ['0 0 0 * *', 'day of the month'],
  ['0 0 1 13 *', 'month'],
  ['0 0 1 foo *', 'month'],
  ['0 0 * * 8', 'day of the week'],
  ['5/2 * * * *', 'minute'],
  ['nonsense', 'five fields'],
])('%s is none: %s', (text, reason) => expect(reasonAgainstSchedule(text)).toContain(reason));
