import { parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { AppDescription, PARTS } from '../../domain/application/description.ts';
import { ValidationError } from '../../domain/errors.ts';

/**
 * Reads a description, YAML or JSON. Faults: INVALID_ARGUMENT that names the line, or the part and what it takes; it
 * never repeats what stands there, which may be a secret.
 */
export function readDocument(text: string, as?: string): AppDescription {
  const document = parseDocument(text);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    throw new ValidationError('document', `line ${line} is no YAML (${error.code})`, {
      wayOut: 'app_export writes a document to begin with.',
    });
  }
  const value: unknown = plain(document);
  const named = as !== undefined && isObject(value) ? { ...value, app: as } : value;
  const parsed = AppDescription.safeParse(named);
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues[0]);
}

function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new ValidationError('document', 'it uses anchors and aliases, which a description does not take');
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(issue: z.core.$ZodIssue | undefined): ValidationError {
  const path = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    const known = path.length === 0 ? `The parts are app, ${PARTS.join(', ')}.` : undefined;
    return new ValidationError(['document', ...path, unknown].join('.'), 'is not known here', {
      wayOut: known ?? 'Take it out, or compare with what app_export writes.',
    });
  }
  return new ValidationError(['document', ...path].join('.'), issue?.message ?? 'is not valid', {
    wayOut: 'app_export writes a document to compare with.',
  });
}

/** A description as YAML, with what it does not hold said at its head. */
export function writeDocument(description: AppDescription, notes: readonly string[]): string {
  const head = [
    'Values of variables are not here: a fingerprint keeps the value that the app has. To set one, write text in quotes,',
    '{env: NAME} or {file: PATH} (read on the server), or {generate: LENGTH}.',
    'A part that is here is made exactly so; a part that is taken out is left alone.',
    ...notes,
  ];
  const comments = head.map((line) => `# ${line.replace(/\s+/g, ' ')}\n`).join('');
  return comments + stringify(description, { lineWidth: 0 });
}
