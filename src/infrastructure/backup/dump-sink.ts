import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewBackup, SinkWatch } from '../../application/backups.ts';
import type { ByteSink, Clock } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Backup } from '../../domain/service/backup-rules.ts';
import { dumpFormatOf, reasonAgainstDump, reasonAgainstHead } from '../../domain/service/dumps.ts';
import { isMissing, replaceFile } from '../state/files.ts';
import { Ends } from './ends.ts';
import { partOf, room, syncFolder } from './folder.ts';
import { encodeManifest } from './manifest.ts';

export interface DumpSinkDeps {
  readonly dir: string;
  readonly clock: Clock;
  /** Makes room; what it rejects with keeps the export from beginning. */
  readonly prepare: () => Promise<void>;
  readonly watch: SinkWatch;
}

/** A dump that is not whole yet: the name it will have, and the hidden one it has. */
interface Part {
  readonly name: string;
  readonly part: string;
  readonly handle: FileHandle;
}

/** Written in pieces of this size, however small they come. */
const pieceBytes = 2 * 1024 * 1024;
const toldEvery = 16 * 1024 * 1024;

/**
 * One export on its way to the disk. Its memory is two pieces, however long the dump: while one is written the other is
 * filled, so that the host is held up, and what it sends copied, only by a disk that is slower than the link (measured:
 * 25 MiB less for a dump of 200 MB).
 */
export class DumpSink implements ByteSink {
  readonly shown: string;
  readonly #backup: NewBackup;
  readonly #deps: DumpSinkDeps;
  readonly #hash = createHash('sha256');
  readonly #ends = new Ends();
  #piece = Buffer.alloc(0);
  #spare = Buffer.alloc(0);
  #used = 0;
  #told = 0;
  #file: Part | undefined;
  #startedAt = 0;
  #made: string | undefined;
  #writing: Promise<void> | undefined;
  #fault: unknown;

  constructor(backup: NewBackup, deps: DumpSinkDeps) {
    this.#backup = backup;
    this.#deps = deps;
    const { host, type, name } = backup;
    this.shown = join(deps.dir, `${host}.${type}.${name}.TIME.${dumpFormatOf(type).extension}`);
  }

  get made(): string | undefined {
    return this.#made;
  }

  async open(): Promise<void> {
    const { clock, prepare, watch } = this.#deps;
    await prepare();
    this.#startedAt = clock.now();
    this.#file = await this.#create();
    await watch.began?.(this.#file.name);
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
    this.#spare = Buffer.allocUnsafeSlow(pieceBytes);
  }

  write(chunk: Uint8Array): void | Promise<void> {
    this.#hash.update(chunk);
    this.#ends.add(chunk);
    const reason = reasonAgainstHead(this.#backup.type, this.#ends.head);
    if (reason !== undefined) throw this.#failed(`what the host sent is no dump: ${reason}`);
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#used + chunk.length > pieceBytes) {
      // Copied, for its memory is used again while the piece before it is written.
      const rest = Buffer.from(chunk);
      return this.#flush().then(() => this.#put(rest));
    }
    this.#piece.set(chunk, this.#used);
    this.#used += chunk.length;
    if (this.#writing === undefined && this.#used >= pieceBytes / 2) this.#begin();
    return undefined;
  }

  async end(): Promise<void> {
    await this.#flush();
    const { file, at, bytes, sha256 } = await this.#whole();
    const { dir } = this.#deps;
    const manifest: Backup = {
      ...this.#backup,
      file: file.name,
      startedAt: this.#startedAt,
      at,
      bytes,
      sha256,
    };
    // The manifest first: a file under its own name is always one that has been seen to be whole.
    await replaceFile(join(dir, `${file.name}.json`), encodeManifest(manifest));
    await rename(file.part, join(dir, file.name));
    await syncFolder(dir);
    this.#made = file.name;
    this.#file = undefined;
  }

  async discard(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await this.#writing;
    await file?.handle.close().catch(() => undefined);
    if (file !== undefined) {
      await rm(file.part, { force: true });
      await rm(join(this.#deps.dir, `${file.name}.json`), { force: true });
    }
  }

  /** The name is free: nothing is ever written over a backup. */
  async #create(): Promise<Part> {
    const { host, type, name } = this.#backup;
    const stamp = `${new Date(this.#startedAt).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    for (let count = 1; ; count += 1) {
      const base = `${host}.${type}.${name}.${stamp}${count === 1 ? '' : `-${count}`}`;
      const file = `${base}.${dumpFormatOf(type).extension}`;
      const part = partOf(this.#deps.dir, file);
      try {
        const taken = await open(join(this.#deps.dir, file), 'r').catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
        await taken?.close();
        if (taken === undefined) return { name: file, part, handle: await open(part, 'wx', 0o600) };
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw this.#notWritten(error);
      }
    }
  }

  async #whole() {
    const file = this.#file;
    if (file === undefined) throw this.#failed('it was never begun');
    const { head, tail, bytes } = this.#ends;
    const reason = reasonAgainstDump(this.#backup.type, { head, tail, bytes });
    if (reason !== undefined) {
      throw this.#failed(`the export ended with success, but what it wrote is no whole dump: ${reason}`);
    }
    try {
      await file.handle.sync();
      await file.handle.close();
    } catch (error) {
      throw this.#notWritten(error);
    }
    return { file, at: this.#deps.clock.now(), bytes, sha256: this.#hash.digest('hex') };
  }

  async #put(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#piece.length - this.#used);
      this.#piece.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === this.#piece.length) await this.#flush();
    }
  }

  /** All of it is written, or the write has failed. */
  async #flush(): Promise<void> {
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault;
    this.#begin();
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Writes the piece in hand while the other one is filled; a fault is thrown when the next one comes. */
  #begin(): void {
    const { handle } = this.#file ?? {};
    const used = this.#used;
    if (handle === undefined || used === 0) return;
    const piece = this.#piece;
    this.#piece = this.#spare;
    this.#used = 0;
    this.#tell();
    this.#writing = writeAll(handle, piece.subarray(0, used)).then(
      () => {
        this.#spare = piece;
        this.#writing = undefined;
      },
      (error: unknown) => {
        this.#fault = this.#notWritten(error);
        this.#writing = undefined;
      },
    );
  }

  #tell(): void {
    const { bytes } = this.#ends;
    if (bytes - this.#told < toldEvery) return;
    this.#told = bytes;
    this.#deps.watch.progress?.(`${Math.floor(bytes / 1e6)} MB of ${this.#backup.name} exported`);
  }

  #notWritten(error: unknown): DomainError {
    if (error instanceof DomainError) return error;
    const full = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be written';
    return this.#failed(
      full
        ? `the disk of this server is full (${room(this.#ends.bytes)} were written)`
        : `${this.#deps.dir}: ${why}`,
      error,
    );
  }

  #failed(reason: string, cause?: unknown): DomainError {
    const { type, name } = this.#backup;
    return new DomainError(
      'BACKUP_FAILED',
      {
        what: `The export of the ${type} service ${name}`,
        reason: `${reason}; nothing of it is kept`,
        wayOut: 'Mend the reason and export again; the service itself was only read.',
      },
      { cause },
    );
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}
