import { mkdir, open as openFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { Signal } from '../mapping/statements.ts';
import { SIGNALS } from '../signals.ts';
import { createWaitTime } from '../telemetry/wait-time.ts';
import type { Tuning } from '../tuning.ts';
import { openReceipts, type Receipts } from './receipts.ts';
import { createRecentBodies } from './recent-bodies.ts';
import { recoverSegments } from './recover.ts';
import type { Segment } from './segment.ts';
import { SignalSpool, type Stored } from './signal-spool.ts';
import { deleteSplits } from './splits.ts';
import { SpoolFullError, SpoolOpenError } from './spool-error.ts';
import { createSpoolSpace } from './spool-space.ts';
import { createSpoolTroubles } from './troubles.ts';

/**
 * Everything that was acknowledged and is not yet in ClickHouse, on disk: a folder for each signal with its segment files.
 */
export interface Spool {
  /**
   * Resolves when the body is on the disk.
   * @throws SpoolFullError at the spool's bound
   * @throws SpoolWriteError when the disk refuses
   */
  store(signal: Signal, body: Uint8Array, items: number): Promise<Stored>;
  /** The next segment to load, oldest first: a sealed one, or an open one that is old enough. */
  next(): Segment | undefined;
  /** Calls `listener` whenever `next` may have something new. */
  onReady(listener: () => void): void;
  /**
   * Deletes a segment whose every row is in ClickHouse or in quarantine. The bodies of `refused` digests, those in quarantine,
   * are forgotten as well: they may be sent again when whatever was wrong with them is put right.
   */
  remove(segment: Segment, refused: ReadonlySet<string>): Promise<void>;
  /** Seals what is open; nothing may be stored any more. */
  seal(): Promise<void>;
  /** Bytes on the disk: one signal's, or all. */
  bytes(signal?: Signal): number;
  /** How long the oldest of a signal's segments has waited to be stored; one of an earlier run, since this start. */
  oldestSeconds(signal: Signal): number;
  /** How long segments have been on their way into ClickHouse, from `next` to `remove`, all together. */
  loadSeconds(signal: Signal): number;
  /** The bound of all. */
  readonly maxBytes: number;
  /** Segments found at start. */
  readonly recovered: readonly Segment[];
  close(): Promise<void>;
}

/** Where a spool is and how much it may hold. */
export interface SpoolOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly tuning: Tuning;
  readonly log: Log;
}

/**
 * Opens the spool, with everything an earlier run left in it.
 * @throws SpoolOpenError when its directory can't be read and written
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  try {
    return await open(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SpoolOpenError(
      `can't open the spool in ${options.directory} (${reason}): make it readable and writable`,
      {
        cause: error,
      },
    );
  }
}

async function open({ directory, maxBytes, tuning, log }: SpoolOptions): Promise<Spool> {
  const space = createSpoolSpace(maxBytes);
  const sealed: Segment[] = [];
  let ready = () => {};
  const loads = eachSignal(createWaitTime);
  /** Sealed or being loaded, oldest first. */
  const unstored = eachSignal(() => new Set<Segment>());
  const onSealed = (segment: Segment) => {
    sealed.push(segment);
    unstored[segment.signal].add(segment);
    ready();
  };

  const troubles = createSpoolTroubles(space, tuning, log);

  const openSignal = async (signal: Signal) => {
    const part = space.part();
    const path = join(directory, signal);
    await mkdir(path, { recursive: true });
    const recent = createRecentBodies(tuning);
    const { receipts, digests } = await openReceipts(path, tuning);
    for (const digest of digests) recent.add(digest);
    const segments = await recoverSegments(signal, path, log);
    for (const segment of segments) {
      for (const digest of segment.digests) recent.add(digest);
    }
    const directoryHandle = await openFile(path, 'r');
    const onDue = () => ready();
    const spool = new SignalSpool({
      signal,
      directory: path,
      directoryHandle,
      space: part,
      recent,
      tuning,
      onSealed,
      onDue,
      onWritten: (failure) => troubles.written(signal, failure),
    });
    for (const { bytes } of segments) part.add(bytes);
    return { spool, part, recent, receipts, segments, directoryHandle };
  };
  const bySignal: Record<Signal, Awaited<ReturnType<typeof openSignal>>> = {
    traces: await openSignal('traces'),
    logs: await openSignal('logs'),
    metrics: await openSignal('metrics'),
  };
  const all = SIGNALS.map((signal) => bySignal[signal]);
  const recovered = all.flatMap(({ segments }) => segments).sort(byAge);
  sealed.push(...recovered);
  for (const segment of recovered) unstored[segment.signal].add(segment);

  const noteRefusal = (error: unknown): never => {
    if (error instanceof SpoolFullError) troubles.refused();
    throw error;
  };

  return {
    store: (signal, body, items) => bySignal[signal].spool.store(body, items).catch(noteRefusal),
    next: () => {
      if (sealed.length === 0) oldestDue(all.map(({ spool }) => spool))?.seal();
      const segment = sealed.shift();
      if (segment !== undefined) loads[segment.signal].begin();
      return segment;
    },
    onReady: (listener) => {
      ready = listener;
    },
    remove: async (segment, refused) => {
      const { receipts, recent, part } = bySignal[segment.signal];
      for (const digest of refused) recent.delete(digest);
      const stored = Array.from(segment.digests).filter((digest) => !refused.has(digest));
      await deleteSegment(segment.path, stored, receipts);
      part.give(segment.bytes);
      unstored[segment.signal].delete(segment);
      loads[segment.signal].end();
      troubles.freed();
    },
    seal: async () => {
      await Promise.all(all.map(({ spool }) => spool.close()));
    },
    bytes: (signal) => (signal === undefined ? space : bySignal[signal].part).used,
    oldestSeconds: (signal) => {
      const [oldest] = unstored[signal];
      const since = oldest?.since ?? bySignal[signal].spool.openSince;
      return since === undefined ? 0 : (performance.now() - since) / 1000;
    },
    loadSeconds: (signal) => loads[signal].seconds(),
    maxBytes,
    recovered,
    close: async () => {
      troubles.close();
      await Promise.all(all.map(({ directoryHandle }) => directoryHandle.close()));
    },
  };
}

const eachSignal = <T>(create: () => T): Record<Signal, T> => ({ traces: create(), logs: create(), metrics: create() });

const byAge = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

function oldestDue(spools: readonly SignalSpool[]): SignalSpool | undefined {
  const due = spools.flatMap((spool) => (spool.dueId === undefined ? [] : { id: spool.dueId, spool }));
  return due.sort(byAge)[0]?.spool;
}

/**
 * The receipt first: in between, a crash leaves a segment that is loaded once more under the same tokens. But on a full disk
 * the segment has to go first, or there would never be room again.
 */
async function deleteSegment(path: string, stored: readonly string[], receipts: Receipts): Promise<void> {
  const isWritten = await receipts.append(stored).then(
    () => true,
    () => false,
  );
  await unlink(path);
  await deleteSplits(path);
  if (!isWritten) await receipts.append(stored).catch(() => {});
}
