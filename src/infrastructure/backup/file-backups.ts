import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  BackupFiles,
  BackupSettings,
  CheckedDump,
  NewBackup,
  SinkWatch,
} from '../../application/backups.ts';
import type { ByteSink, ByteSource, Clock, Progress } from '../../application/ports.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { type Backup, newestFirst, type StoredBackup } from '../../domain/service/backup-rules.ts';
import { reasonAgainstDump } from '../../domain/service/dumps.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import { readText, replaceFile } from '../state/files.ts';
import { DumpSink } from './dump-sink.ts';
import { Ends } from './ends.ts';
import { names, partOf, refuseFull, removeAbandoned, syncFolder } from './folder.ts';
import { decodeManifest, encodeManifest } from './manifest.ts';

export interface FileBackupsOptions {
  readonly dir: string;
  readonly settings: BackupSettings;
  readonly clock: Clock;
}

const readBytes = 64 * 1024;
const toldEvery = 16 * 1024 * 1024;

/** Dumps as files in one private directory, `HOST.TYPE.SERVICE.TIME.EXTENSION` with `….json` beside each. */
export class FileBackups implements BackupFiles {
  readonly dir: string;
  readonly settings: BackupSettings;
  readonly #clock: Clock;

  constructor({ dir, settings, clock }: FileBackupsOptions) {
    this.dir = dir;
    this.settings = settings;
    this.#clock = clock;
  }

  sink(backup: NewBackup, watch: SinkWatch = {}): ByteSink {
    return new DumpSink(backup, {
      dir: this.dir,
      clock: this.#clock,
      prepare: async () => {
        await refuseFull(this.dir);
        await removeAbandoned(this.dir, this.#clock.now());
        const [last] = await this.list(backup.host, backup);
        await refuseFull(this.dir, last?.bytes ?? 0);
      },
      watch,
    });
  }

  async discardUnfinished(file: string): Promise<boolean> {
    const there = await lstat(join(this.dir, file)).catch(() => undefined);
    await rm(partOf(this.dir, file), { force: true });
    if (there !== undefined) return true;
    await rm(join(this.dir, `${file}.json`), { force: true });
    return false;
  }

  async list(host: string, key?: ServiceKey): Promise<readonly StoredBackup[]> {
    const found: StoredBackup[] = [];
    for (const entry of await names(this.dir)) {
      if (!entry.endsWith('.json') || entry.startsWith('.')) continue;
      const backup = await this.#manifest(entry.slice(0, -'.json'.length));
      if (backup === undefined || backup.host !== host) continue;
      if (key !== undefined && (backup.type !== key.type || backup.name !== key.name)) continue;
      const there = await lstat(join(this.dir, backup.file)).catch(() => undefined);
      const state =
        there === undefined ? 'gone' : there.isFile() && there.size === backup.bytes ? 'present' : 'changed';
      found.push({ ...backup, state });
    }
    return newestFirst(found);
  }

  async check(file: string, type: string): Promise<CheckedDump> {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,250}$/.test(file) || file.endsWith('.json')) {
      throw new ValidationError(
        'options.file',
        'is the name of a file in the backup directory, without a path',
        {
          wayOut: `backup_status shows them. A dump of your own goes into ${this.dir} first.`,
        },
      );
    }
    const manifest = await this.#manifest(file);
    const { bytes, sha256, ends } = await this.#read(file);
    const refuse = (reason: string): DomainError =>
      new DomainError('BACKUP_FAILED', {
        what: `The dump ${file}`,
        reason: `${reason}. Nothing was sent to the host`,
        wayOut: 'Take another file (backup_status shows which are good), or export anew.',
      });
    if (manifest !== undefined && (manifest.bytes !== bytes || manifest.sha256 !== sha256)) {
      throw refuse('it was changed since it was written: size or SHA-256 are not those of its manifest');
    }
    if (manifest !== undefined && manifest.type !== type) {
      throw refuse(`it is a dump of a ${manifest.type} service, not of ${type}`);
    }
    const reason = reasonAgainstDump(type, { head: ends.head, tail: ends.tail, bytes });
    if (reason !== undefined) throw refuse(`it is no dump of a ${type} service: ${reason}`);
    return { file, bytes, sha256, ...(manifest === undefined ? {} : { manifest }) };
  }

  source({ file, bytes, sha256 }: CheckedDump, progress: Progress = () => undefined): ByteSource {
    const path = join(this.dir, file);
    return { shown: path, [Symbol.asyncIterator]: () => unchanged(path, bytes, sha256, progress) };
  }

  async note(file: string, found: Pick<Backup, 'heldAfter' | 'tested'>): Promise<void> {
    const backup = await this.#manifest(file);
    if (backup !== undefined) {
      await replaceFile(join(this.dir, `${file}.json`), encodeManifest({ ...backup, ...found }));
    }
  }

  /** The dump first: a manifest alone is told as a backup that is gone, a dump alone would be told nowhere. */
  async remove(file: string): Promise<void> {
    await rm(join(this.dir, file), { force: true });
    await rm(join(this.dir, `${file}.json`), { force: true });
    await syncFolder(this.dir);
  }

  async #manifest(file: string): Promise<Backup | undefined> {
    const text = await readText(join(this.dir, `${file}.json`));
    return text === undefined ? undefined : decodeManifest(file, text);
  }

  async #read(file: string): Promise<{ bytes: number; sha256: string; ends: Ends }> {
    const hash = createHash('sha256');
    const ends = new Ends();
    try {
      for await (const piece of pieces(join(this.dir, file), true)) {
        hash.update(piece);
        ends.add(piece);
      }
    } catch (cause) {
      const known = (await names(this.dir)).filter(
        (name) => !name.startsWith('.') && !name.endsWith('.json'),
      );
      throw new DomainError(
        'NOT_FOUND',
        {
          what: `dump in ${this.dir} that can be read`,
          name: file,
          wayOut:
            known.length === 0
              ? 'There is none yet; export first.'
              : `There are: ${known.slice(-10).join(', ')}.`,
        },
        { cause },
      );
    }
    return { bytes: ends.bytes, sha256: hash.digest('hex'), ends };
  }
}

/**
 * A plain file in pieces; a symbolic link or a pipe is none. With `reuse` a piece is overwritten by the next one, so
 * that reading a long file leaves no garbage; without, whoever got it may keep it.
 */
async function* pieces(path: string, reuse: boolean): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Error('not a plain file');
    let buffer = Buffer.allocUnsafeSlow(readBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, readBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      if (!reuse) buffer = Buffer.allocUnsafeSlow(readBytes);
    }
  } finally {
    await handle.close();
  }
}

/** The last piece is held back until the whole is known to be what was checked: a changed file never ends well. */
async function* unchanged(
  path: string,
  bytes: number,
  sha256: string,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let seen = 0;
  let told = 0;
  let held: Buffer | undefined;
  for await (const piece of pieces(path, false)) {
    hash.update(piece);
    seen += piece.length;
    if (seen - told >= toldEvery) {
      told = seen;
      progress(`${Math.floor(seen / 1e6)} of ${Math.ceil(bytes / 1e6)} MB sent`);
    }
    if (held !== undefined) yield held;
    held = piece;
  }
  if (seen !== bytes || hash.digest('hex') !== sha256) {
    throw new DomainError('BACKUP_FAILED', {
      what: `The dump ${path}`,
      reason: 'it was changed while it was sent, so the command was broken off',
      wayOut: 'Read what the service holds now, and import a good dump.',
    });
  }
  if (held !== undefined) yield held;
}
