import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { ClickHouseError } from './error.ts';

/**
 * What ClickHouse leaves free of its disk: `keep_free_space_bytes` of embedded-config.xml. Below it every INSERT is refused (code 243,
 * NOT_ENOUGH_SPACE) and no merge is begun.
 */
export const KEEP_FREE_BYTES = 512_000_000;

/** What watches the disk under a running server. */
export interface DiskWatch {
  /** Ends the watch; resolves when it asks the server nothing more. */
  stop(): Promise<void>;
}

/** What a watch is given. */
export interface DiskWatchOptions {
  /** A directory on the disk. */
  readonly directory: string;
  /** An administrator's, past the gate. */
  readonly client: ClickHouseClient;
  /** Called, once, when the server has failed to write to a file: what it holds in memory is no longer what is on the disk. */
  readonly onFailedWrite: () => void;
}

const LOOK_EVERY_MS = 100;
/** With room on the disk, every how many looks the server is asked for failed writes: a disk may be full between two looks. */
const LOOKS_IN_CALM = 50;

const FAILED_WRITES = "SELECT value FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'";

/**
 * Keeps the server from writing to a full disk. chDB's build of ClickHouse takes no notice of a write that fails: the part is
 * committed without its bytes, every query of its table fails (code 246), and the parts it was merged from are deleted in time.
 * So INSERTs are refused while there is still room for those under way ({@link KEEP_FREE_BYTES}), and merges, which last longer,
 * are called off. The room may still go in one moment; then the count of failed writes tells, and a restart sets such parts aside
 * and reads the ones they were merged from.
 */
export function watchDisk({ directory, client, onFailedWrite }: DiskWatchOptions): DiskWatch {
  const over = new AbortController();
  let areMergesStopped = false;

  const look = async (nth: number): Promise<boolean> => {
    const isLow = !(await hasRoom(directory));
    const isCalm = !isLow && !areMergesStopped;
    if (isLow !== areMergesStopped) {
      await client.command({ query: `SYSTEM ${isLow ? 'STOP' : 'START'} MERGES` });
      areMergesStopped = isLow;
    }
    if (isCalm && nth % LOOKS_IN_CALM !== 0) return true;
    return !(await hasFailedToWrite(client));
  };

  const watch = async () => {
    for (let nth = 1; !over.signal.aborted; nth++) {
      // A server too busy to answer, or about to end, is asked again.
      const isWell = await look(nth).catch(() => true);
      if (!isWell) return onFailedWrite();
      await sleep(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const watched = watch();
  return {
    async stop() {
      over.abort();
      await watched;
    },
  };
}

async function hasFailedToWrite(client: ClickHouseClient): Promise<boolean> {
  // So many lines in the log of queries would hide the user's own.
  const result = await client.query({
    query: FAILED_WRITES,
    format: 'JSONEachRow',
    clickhouse_settings: { log_queries: 0 },
  });
  return (await result.json()).length > 0;
}

/** Whether the disk of an existing directory has what ClickHouse leaves free. */
async function hasRoom(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize >= KEEP_FREE_BYTES;
}

/**
 * Resolves when the disk of an existing directory has room for ClickHouse.
 *
 * @throws {ClickHouseError} it had none within `millis`
 * @throws the reason of `stop` once that is aborted
 */
export async function untilRoom(directory: string, millis: number, stop: AbortSignal | undefined): Promise<void> {
  const deadline = performance.now() + millis;
  while (!(await hasRoom(directory))) {
    stop?.throwIfAborted();
    if (performance.now() >= deadline) throw new ClickHouseError(fullDisk(directory));
    await sleep(LOOK_EVERY_MS);
  }
}

/** What to do about a disk without room. */
function fullDisk(directory: string): string {
  return `The disk of ${directory} has less than the ${KEEP_FREE_BYTES / 1e6} MB free that ClickHouse needs: free some space, or set DATA_DIR to another disk.`;
}

/** Why a server was ended. */
export function failedWrite(directory: string): string {
  return `it could not write to the disk of ${directory}: free some space`;
}
