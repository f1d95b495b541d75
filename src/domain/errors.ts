import { type Failure, failures } from './failures.ts';

export type FailureCode = keyof typeof failures;
export type Details<C extends FailureCode> = Parameters<(typeof failures)[C]['message']>[0];

/** A failure that a caller can act on; `code` is stable, `details` are typed per code. */
export class DomainError<C extends FailureCode = FailureCode> extends Error {
  override readonly name: string = 'DomainError';
  readonly code: C;
  readonly details: Details<C>;
  readonly remedy: string;
  readonly retryable: boolean;

  constructor(code: C, details: Details<C>, options?: ErrorOptions) {
    const entry = failures[code] as unknown as Failure<Details<C>>;
    super(entry.message(details), options);
    this.code = code;
    this.details = details;
    this.remedy = entry.remedy(details);
    this.retryable = entry.retryable ?? false;
  }

  /** Narrows an unknown error to one code of the table. */
  static is<C extends FailureCode>(error: unknown, code: C): error is DomainError<C> {
    return error instanceof DomainError && error.code === code;
  }
}

/** Bad input: names the field, the value (as far as it may be shown) and the way out. Nothing was sent. */
export class ValidationError extends DomainError<'INVALID_ARGUMENT'> {
  override readonly name = 'ValidationError';
  readonly field: string;
  readonly value: string | undefined;

  constructor(field: string, reason: string, options: { value?: string; wayOut?: string } = {}) {
    super('INVALID_ARGUMENT', { field, reason, ...options });
    this.field = field;
    this.value = options.value;
  }
}
