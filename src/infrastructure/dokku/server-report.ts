import type { DockerFacts, FileSystem, ServerFacts } from '../../domain/infrastructure/server.ts';
import { sanitize } from '../../domain/sanitize.ts';
import { unexpected } from './report.ts';

/**
 * Reads `dokku report`: headings `-----> NAME: VALUE`, under some of them what `free -m`, `df -h`, `df -hi`, `docker
 * version` and `docker info` print, seven blanks before each line. Faults: UNEXPECTED_OUTPUT when it has no heading.
 */
export function parseServerReport(stdout: string): ServerFacts {
  const sections = sectionsOf(sanitize(stdout));
  if (sections.size === 0) throw unexpected('report', 'it holds no heading', stdout);
  const under = (name: string): readonly string[] => sections.get(name)?.lines ?? [];
  const info = pairsOf(under('docker daemon info'));
  const memory = memoryOf(under('memory'));
  const kernel = /^\S+ \S+ (\S+)/.exec(sections.get('uname')?.value ?? '')?.[1];
  return {
    ...defined({ kernel, system: info['Operating System'], architecture: info.Architecture }),
    ...(count(info.CPUs) === undefined ? {} : { cpus: Number(info.CPUs) }),
    ...(memory === undefined ? {} : { memory }),
    disks: fileSystems(under('disk utilization')),
    inodes: fileSystems(under('disk inode utilization')).map(({ device, mount, usedPercent }) => ({
      device,
      mount,
      usedPercent,
    })),
    docker: dockerOf(info, clientOf(under('docker version'))),
    tools: toolsOf(sections),
  };
}

interface Section {
  readonly value: string;
  readonly lines: readonly string[];
}

function sectionsOf(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, { value: string; lines: string[] }>();
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^-----> ([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) current?.push(line.replace(/^ {7}/, ''));
    else {
      current = [];
      sections.set(name, { value: value.trim(), lines: current });
    }
  }
  return sections;
}

/** `Key: value` lines, whatever their indentation; the first of a key counts. */
function pairsOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const line of lines) {
    const [, key, value] = /^\s*([^:]+):\s+(\S.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) pairs[key] ??= value;
  }
  return pairs;
}

function memoryOf(lines: readonly string[]): ServerFacts['memory'] {
  const row = (name: string): readonly number[] =>
    (lines.find((line) => line.trimStart().startsWith(name)) ?? '').trim().split(/\s+/).slice(1).map(Number);
  const [total, , free, , , available] = row('Mem:');
  if (total === undefined || Number.isNaN(total)) return undefined;
  const [swapTotal = 0, swapUsed = 0] = row('Swap:');
  return { total, available: available ?? free ?? 0, swapTotal, swapUsed };
}

/** What lives in memory or in a container, and images that are always full (snap). */
const NO_DISK = /^(?:udev|(?:dev)?tmpfs|overlay|shm|none|efivarfs|run|\/dev\/loop\d+)$/;

/** `Filesystem Size Used Avail Use% Mounted on`; a mount point may hold blanks. */
function fileSystems(lines: readonly string[]): readonly FileSystem[] {
  return lines.flatMap((line) => {
    const [, device, size = '', , available = '', percent, mount] =
      /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\d+)%\s+(\/.*)$/.exec(line.trim()) ?? [];
    if (device === undefined || mount === undefined || (NO_DISK.test(device) && mount !== '/')) return [];
    return [{ device, mount, usedPercent: Number(percent), ...sizes(size, available) }];
  });
}

function sizes(size: string, available: string): Pick<FileSystem, 'size' | 'available'> {
  const [all, left] = [bytes(size), bytes(available)];
  return {
    ...(all === undefined ? {} : { size: all }),
    ...(left === undefined ? {} : { available: left }),
  };
}

/** `6.9G` as df -h means it: powers of 1024. */
function bytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([KMGTP]?)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * 1024 ** ' KMGTP'.indexOf(unit === '' ? ' ' : unit));
}

/** `docker version` names the client before the server; each has a line `Version:`. */
function clientOf(lines: readonly string[]): string | undefined {
  const server = lines.findIndex((line) => line.startsWith('Server:'));
  return pairsOf(lines.slice(0, server === -1 ? undefined : server)).Version;
}

function dockerOf(info: Readonly<Record<string, string>>, client: string | undefined): DockerFacts {
  const numbers = { running: count(info.Running), stopped: count(info.Stopped), images: count(info.Images) };
  return {
    ...defined({
      version: info['Server Version'],
      client,
      storageDriver: info['Storage Driver'],
      loggingDriver: info['Logging Driver'],
      rootDir: info['Docker Root Dir'],
    }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

/** `git version: git version 2.30.2`; Dokku's own version and its plugins are asked for apart. */
function toolsOf(sections: ReadonlyMap<string, Section>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...sections].flatMap(([name, { value }]) => {
      const [, tool] = /^(\S+) version$/.exec(name) ?? [];
      return tool === undefined || value === '' || tool === 'dokku' ? [] : [[tool, value] as const];
    }),
  );
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function defined<K extends string>(
  values: Readonly<Record<K, string | undefined>>,
): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;
}
