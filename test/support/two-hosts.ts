import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedDokku, startSimulatedDokku } from './simulated-host.ts';

/** Two simulated hosts, each behind its own sshd, in one configuration file; a third one is configured and down. */
export interface TwoHosts {
  readonly old: SimulatedDokku;
  readonly fresh: SimulatedDokku;
  /** Hosts `old`, `fresh` and, where it was asked for, `down`. */
  configure(options?: {
    readonly down?: boolean;
    readonly settings?: Readonly<Record<string, unknown>>;
  }): string;
  stop(): Promise<void>;
}

export async function startTwoHosts(): Promise<TwoHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'two-'));
  const [old, fresh] = await Promise.all([
    startSimulatedDokku({ name: 'old' }),
    startSimulatedDokku({ name: 'fresh' }),
  ]);
  const reach = ({ sshd }: SimulatedDokku) => ({
    destination: sshd.destination,
    port: sshd.port,
    identity: sshd.identity,
    known_hosts: sshd.knownHosts,
  });
  let files = 0;
  return {
    old,
    fresh,
    configure: ({ down = false, settings = {} } = {}) => {
      files += 1;
      const path = join(folder, `hosts-${files}.yaml`);
      // Nothing may listen on port 1 of this machine without being root.
      const unreachable = down ? { down: { ...reach(old), port: 1 } } : {};
      const hosts = { old: reach(old), fresh: reach(fresh), ...unreachable };
      // No test asks a real DNS.
      const monitoring = { probe_after_deploy: false };
      writeFileSync(path, JSON.stringify({ monitoring, ...settings, dokku: { hosts } }));
      return path;
    },
    stop: async () => {
      await Promise.all([old.stop(), fresh.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
