import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';
import { EnvFileFault, readEnvFile, writeEnvFile } from './env-file.ts';

/** An app, or the host's global environment. */
export type Scope = SimulatedApp | '--global';

/** The variables that can be read, or why Dokku cannot read them any more. */
export function readEnvironment(host: SimulatedHost, scope: Scope): Map<string, string> | EnvFileFault {
  const poisoned = scope === '--global' ? host.globalPoisoned : scope.poisoned;
  if (poisoned !== undefined) return new EnvFileFault(poisoned);
  return new Map(scope === '--global' ? host.globalConfig : scope.config);
}

/**
 * Stores the variables as Dokku's file does: what is read back afterwards can differ from what was written, and a
 * file that cannot be read back leaves the app poisoned and, to its deploys, without any variable.
 */
export function writeEnvironment(
  host: SimulatedHost,
  scope: Scope,
  variables: ReadonlyMap<string, string>,
): void {
  const stored = scope === '--global' ? host.globalConfig : scope.config;
  stored.clear();
  try {
    for (const [key, value] of readEnvFile(writeEnvFile(variables))) stored.set(key, value);
  } catch (error) {
    if (!(error instanceof EnvFileFault)) throw error;
    if (scope === '--global') host.globalPoisoned = error.message;
    else scope.poisoned = error.message;
  }
}

/** Sets variables without a word, as deploys set GIT_REV; false when the file cannot be read. */
export function setVariables(
  host: SimulatedHost,
  app: SimulatedApp,
  entries: Readonly<Record<string, string>>,
): boolean {
  const variables = readEnvironment(host, app);
  if (variables instanceof EnvFileFault) return false;
  for (const [key, value] of Object.entries(entries)) variables.set(key, value);
  writeEnvironment(host, app, variables);
  return true;
}
