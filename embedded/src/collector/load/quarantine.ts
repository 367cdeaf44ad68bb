import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { Segment } from '../spool/segment.ts';
import { syncDirectory } from '../spool/sync-directory.ts';
import { adviceForRefused } from './advice.ts';
import type { RefusedBody } from './load-segment.ts';

/** One log line covers all bodies of this long. */
const LOG_MILLIS = 60_000;

/** Keeps a body; on the disk when this resolves, unless the quarantine is full. */
export type Quarantine = (segment: Segment, refused: RefusedBody) => Promise<void>;

/**
 * A place for request bodies that ClickHouse can't store: the bytes as they came in `SIGNAL-SEGMENT-NUMBER.otlp`, and
 * beside them in `….json` what they are and why they are here. A repetition writes the same files.
 *
 * It holds `maxBytes`: whoever sends what cannot be stored must not fill the disk. What comes then is told of and counted all the same.
 */
export function createQuarantine(directory: string, maxBytes: number, log: Log): Quarantine {
  let quietUntil = 0;
  let used: number | undefined;

  const takeRoom = async (bytes: number): Promise<boolean> => {
    // When it seems full, as often as that is told: somebody may have made room.
    const isFull = used !== undefined && used + bytes > maxBytes;
    if (used === undefined || (isFull && performance.now() >= quietUntil)) used = await sizeOf(directory);
    if (used + bytes > maxBytes) return false;
    used += bytes;
    return true;
  };

  return async (segment, refused) => {
    const fate = (await takeRoom(refused.body.bytes.length))
      ? `it is kept in ${await keep(directory, segment, refused)}`
      : `it is not kept, since ${directory} holds its ${maxBytes} bytes: look at what is there and delete it`;
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + LOG_MILLIS;
    const items = refused.body.marker.items;
    log(
      `ClickHouse can't store a request of ${items} ${segment.signal} (${refused.error.message}); ${fate}. ` +
        `Others were stored. ${adviceForRefused(refused.error)}. Of more of them nothing is said for a minute.`,
    );
  };
}

/** The bodies that are kept in the directory already. */
async function sizeOf(directory: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  let bytes = 0;
  for (const name of await readdir(directory)) {
    if (name.endsWith('.otlp')) bytes += (await stat(join(directory, name))).size;
  }
  return bytes;
}

async function keep(directory: string, segment: Segment, { index, body, table, error }: RefusedBody): Promise<string> {
  const path = join(directory, `${segment.signal}-${segment.id}-${index}`);
  const note = {
    signal: segment.signal,
    items: body.marker.items,
    bytes: body.bytes.length,
    table,
    reason: error.message,
    advice: adviceForRefused(error),
    retry: `curl --data-binary @${path}.otlp -H 'content-type: application/x-protobuf' http://localhost:4318/v1/${segment.signal}`,
  };
  await writeDurably(`${path}.otlp`, body.bytes);
  await writeDurably(`${path}.json`, `${JSON.stringify(note, undefined, 2)}\n`);
  await syncDirectory(directory);
  return `${path}.otlp`;
}

async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
