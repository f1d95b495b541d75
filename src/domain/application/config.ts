import { DomainError, ValidationError } from '../errors.ts';

/** Largest value that is sent: a process cannot be started with a variable of 131,072 bytes or more (MAX_ARG_STRLEN). */
export const LARGEST_VALUE = 120_000;
/** Most variables in one call. */
export const MOST_VARIABLES = 1_000;

/**
 * Refuses a value that Dokku cannot keep. A value that ends in `"` or `\` is accepted by Dokku 0.38 with exit 0 and
 * makes the app's whole configuration unreadable, at once or with the next write (measured on 0.38.27).
 */
export function checkValue(key: string, value: string): void {
  const field = `values.${key}`;
  if (value.includes('\0')) {
    throw new ValidationError(field, 'holds a NUL byte, which no environment can carry', {
      wayOut: 'Encode the value, for example as base64, and decode it in the app.',
    });
  }
  if (/["\\]$/.test(value)) {
    throw new ValidationError(
      field,
      `ends in ${value.endsWith('"') ? 'a double quote' : 'a backslash'}, which makes Dokku lose the whole configuration of the app`,
      {
        wayOut:
          'Encode the value (base64, URL) or let it end in another character, and decode it in the app.',
      },
    );
  }
  if (new TextEncoder().encode(value).length > LARGEST_VALUE) {
    throw new ValidationError(
      field,
      `is longer than ${LARGEST_VALUE} bytes, the most that a variable can hold`,
      {
        wayOut: 'Put it into a file that the app mounts.',
      },
    );
  }
  if (hasLoneSurrogate(value)) {
    throw new ValidationError(field, 'is not well-formed Unicode text', {
      wayOut: 'Encode binary data as base64.',
    });
  }
}

/**
 * Keys whose stored value ends in `"` or `\`: Dokku keeps such a value once, but the next write of any variable makes
 * the whole configuration unreadable, unless that very write replaces or removes it (measured on 0.38.27).
 */
export function brittleKeys(stored: ReadonlyMap<string, string>): string[] {
  return [...stored].filter(([, value]) => /["\\]$/.test(value)).map(([key]) => key);
}

/** Dokku and docker give these a meaning of their own: they steer the host's scripts or the loader, not the app. */
export function checkKey(key: string): void {
  if (/^(?:DOKKU_|DOCKER_)/.test(key) || RESERVED.has(key)) {
    throw new DomainError('POLICY_DENIED', {
      what: `Setting ${key}`,
      rule: 'it is a variable of Dokku or of the system, not of the app; what Dokku lets an app choose is a property (command_search finds its command)',
    });
  }
}

const RESERVED = new Set(['GIT_REV', 'NO_VHOST', 'PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH']);

/**
 * False for what stands in answers anyway and would be missed there: the commit that Dokku writes into GIT_REV, and
 * the app's own name.
 */
export function isSecret(app: string, key: string, value: string): boolean {
  return key !== 'GIT_REV' && value !== app;
}

function hasLoneSurrogate(text: string): boolean {
  return /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}

/** How two sets of variables differ; values are compared byte for byte. */
export function differences(
  wanted: ReadonlyMap<string, string | undefined>,
  found: ReadonlyMap<string, string>,
): string[] {
  return [...wanted].filter(([key, value]) => found.get(key) !== value).map(([key]) => key);
}
