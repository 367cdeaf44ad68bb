import { type FileHandle, unlink } from 'node:fs/promises';
import type { Signal } from '../mapping/statements.ts';
import type { Tuning } from '../tuning.ts';
import { digestOf } from './digest.ts';
import { encodeMarker, MARKER_BYTES } from './marker.ts';
import type { RecentBodies } from './recent-bodies.ts';
import { newSegment, type Segment } from './segment.ts';
import { createSegmentFile, type SegmentFile } from './segment-file.ts';
import { SpoolFullError, SpoolWriteError } from './spool-error.ts';
import type { SpacePart } from './spool-space.ts';

/** What became of a body: written, or recognised as one that was written before. */
export type Stored = 'stored' | 'duplicate';

/** What a {@link SignalSpool} is made of. */
export interface SignalSpoolOptions {
  readonly signal: Signal;
  readonly directory: string;
  /** `directory`, opened, so that new names in it can be made durable. */
  readonly directoryHandle: FileHandle;
  readonly space: SpacePart;
  readonly recent: RecentBodies;
  readonly tuning: Tuning;
  /** Called with each segment that is closed for more. */
  readonly onSealed: (segment: Segment) => void;
  /** Called when the open segment is old enough to be sealed. */
  readonly onDue: () => void;
  /** Called after each write: with what went wrong, or nothing. */
  readonly onWritten: (failure?: SpoolWriteError) => void;
}

interface Waiting {
  readonly chunks: readonly [marker: Buffer, body: Uint8Array];
  readonly bytes: number;
  readonly items: number;
  readonly digest: string;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * The bodies of one signal on their way to the disk. While one batch is being made durable the next one gathers, so that
 * under load many requests share an fsync and alone each waits for one only.
 */
export class SignalSpool {
  readonly #options: SignalSpoolOptions;
  #waiting: Waiting[] = [];
  /** Of every body in `#waiting` and in the batch being written. */
  readonly #pending = new Map<string, Promise<void>>();
  #writing: Promise<void> | undefined;
  #isSealWanted = false;
  #open: { segment: Segment; file: SegmentFile; isDue: boolean; timer: NodeJS.Timeout } | undefined;

  constructor(options: SignalSpoolOptions) {
    this.#options = options;
  }

  /**
   * Resolves when `body` is on the disk.
   * @throws SpoolFullError at the spool's bound
   * @throws SpoolWriteError when the disk refuses
   */
  async store(body: Uint8Array, items: number): Promise<Stored> {
    const { space, recent } = this.#options;
    const digest = digestOf(body);
    if (recent.has(digest)) return 'duplicate';
    const twin = this.#pending.get(digest);
    if (twin !== undefined) {
      await twin;
      return 'duplicate';
    }
    const bytes = MARKER_BYTES + body.length;
    if (!space.take(bytes)) {
      throw new SpoolFullError(
        `the spool is full: ${space.whole.used} of ${space.whole.limit} bytes wait for ClickHouse; retry when it has stored some`,
      );
    }
    const done = Promise.withResolvers<void>();
    this.#pending.set(digest, done.promise);
    const marker = encodeMarker({ bodyBytes: body.length, items, digest });
    this.#waiting.push({ chunks: [marker, body], bytes, items, digest, done });
    this.#writing ??= this.#write();
    await done.promise;
    return 'stored';
  }

  /** The id of the open segment if it is old enough to be sealed. */
  get dueId(): string | undefined {
    return this.#open?.isDue ? this.#open.segment.id : undefined;
  }

  /** When the open segment was begun, if there is one: see {@link Segment}. */
  get openSince(): number | undefined {
    return this.#open?.segment.since;
  }

  /** Closes the open segment for more and hands it over: now, or when the batch in hand is written. */
  seal(): void {
    if (this.#writing === undefined) this.#seal();
    else this.#isSealWanted = true;
  }

  #seal(): void {
    this.#isSealWanted = false;
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    clearTimeout(open.timer);
    // Its bytes are on the disk; a failing close changes nothing.
    open.file.close().catch(() => {});
    if (open.segment.bytes > 0) this.#options.onSealed(open.segment);
    else unlink(open.segment.path).catch(() => {});
  }

  /** Writes what is waiting, then seals. Nothing may be stored after this is called. */
  async close(): Promise<void> {
    await this.#writing;
    this.#seal();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const failure = await this.#writeBatch(batch).catch((error: Error) => error);
      if (failure) await this.#refuse(batch, failure);
      else this.#acknowledge(batch);
      const isFull = (this.#open?.segment.bytes ?? 0) >= this.#options.tuning.segmentBytes;
      if (isFull || failure || this.#isSealWanted) this.#seal();
    }
    this.#writing = undefined;
  }

  /** As much as the open segment should still hold, and at least one body. */
  #takeBatch(): Waiting[] {
    let room = this.#options.tuning.segmentBytes - (this.#open?.segment.bytes ?? 0);
    let count = 0;
    for (const { bytes } of this.#waiting) {
      if (count > 0 && bytes > room) break;
      room -= bytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    this.#open ??= await this.#begin();
    const { segment, file } = this.#open;
    await file.write(
      batch.flatMap(({ chunks }) => chunks),
      segment.bytes,
    );
  }

  async #begin() {
    const { signal, directory, directoryHandle, tuning, onDue } = this.#options;
    const segment = newSegment(signal, directory);
    const file = await createSegmentFile(segment.path, directoryHandle);
    const becomeDue = () => {
      open.isDue = true;
      onDue();
    };
    const open = { segment, file, isDue: false, timer: setTimeout(becomeDue, tuning.segmentMillis) };
    return open;
  }

  #acknowledge(batch: readonly Waiting[]): void {
    const { segment } = this.#open!;
    for (const { bytes, items, digest, done } of batch) {
      segment.bytes += bytes;
      segment.items += items;
      segment.digests.push(digest);
      this.#options.recent.add(digest);
      this.#pending.delete(digest);
      done.resolve();
    }
    this.#options.onWritten();
  }

  /**
   * After a failed write or fsync nobody knows what the file holds behind its last good byte, and the system may tell of the
   * failure only once: the segment ends there, and the next batch begins another.
   */
  async #refuse(batch: readonly Waiting[], failure: Error): Promise<void> {
    const { signal, directory, space } = this.#options;
    // Should this fail too, the loader still reads no further than the good bytes.
    await this.#open?.file.truncate(this.#open.segment.bytes).catch(() => {});
    const message = `can't write ${signal} to ${directory} (${failure.message}): make room on the disk or its directory writable`;
    const error = new SpoolWriteError(message, { cause: failure });
    this.#options.onWritten(error);
    for (const { bytes, digest, done } of batch) {
      space.give(bytes);
      this.#pending.delete(digest);
      done.reject(error);
    }
  }
}
