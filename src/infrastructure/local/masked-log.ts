import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import { sanitize } from '../../domain/sanitize.ts';

/** A log of JSON lines on standard error, each cleaned and masked as a whole before it is written. */
export function maskedLog(level: Level | 'silent' | string, mask: (text: string) => string): Logger {
  const stderr = pino.destination(2);
  const masked: DestinationStream = { write: (line) => void stderr.write(mask(sanitize(line))) };
  return pino({ level, base: { name: 'dokku-mcp' } }, masked);
}
