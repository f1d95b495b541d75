import type { ApplicationRepository } from '../domain/application/repository.ts';
import type { ServiceRepository } from '../domain/service/repository.ts';
import type { Operation } from './operation.ts';
import type { Call, Run } from './pipeline.ts';
import type { Plans } from './plans.ts';
import type { DokkuClient } from './ports.ts';
import type { Caller } from './principal.ts';
import type { Access } from './steps/policy.ts';

/** The whole product as a protocol edge sees it: what may be called, on which hosts, and the way to call it. */
export interface Product {
  readonly version: string;
  readonly operations: readonly Operation[];
  readonly access: Access;
  /** Configured host names; may be empty, tools can be listed all the same. */
  readonly hosts: readonly string[];
  readonly run: Run;
  /** Puts on record that a person did not agree, where that is known before the call is run. Never fails. */
  readonly noteRefusal: (call: Call, error: unknown) => Promise<void>;
  /** Facts for completions, as far as the caller may see them. Faults: HOST_NOT_CONFIGURED. */
  readonly host: (name?: string, caller?: Caller) => HostView;
  /** Plans that were shown, and what a person decided about them. */
  readonly plans: Plans;
  /** What binds a question to its answer: the key that signs it, and the one use of the answer (CONFIRMATION_DECLINED). */
  readonly consent: {
    readonly key: () => Uint8Array;
    readonly use: (id: string, summary: string) => Promise<void>;
  };
  /** Samples all hosts until the signal fires, if the configuration sets a schedule; otherwise ends at once. */
  readonly monitor: (signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface HostView {
  readonly name: string;
  readonly client: DokkuClient;
  readonly apps: ApplicationRepository;
  readonly services: ServiceRepository;
}
