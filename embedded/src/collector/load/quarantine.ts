import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { Segment } from '../spool/segment.ts';
import { syncDirectory } from '../spool/sync-directory.ts';
import { adviceForRefused } from './advice.ts';
import type { RefusedBody } from './load-segment.ts';

/** One log line covers all bodies of this long. */
const LOG_MILLIS = 60_000;

/** Keeps a body; on the disk when this resolves. */
export type Quarantine = (segment: Segment, refused: RefusedBody) => Promise<void>;

/**
 * A place for request bodies that ClickHouse can't store: the bytes as they came in `SIGNAL-SEGMENT-NUMBER.otlp`, and
 * beside them in `….json` what they are and why they are here. A repetition writes the same files.
 */
export function createQuarantine(directory: string, log: Log): Quarantine {
  let quietUntil = 0;
  return async (segment, refused) => {
    const path = await keep(directory, segment, refused);
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + LOG_MILLIS;
    const items = refused.body.marker.items;
    log(
      `ClickHouse can't store a request of ${items} ${segment.signal} (${refused.error.message}); it is kept in ${path}, ` +
        `others were stored. ${adviceForRefused(refused.error)}. More of them are kept in silence for a minute.`,
    );
  };
}

async function keep(directory: string, segment: Segment, { index, body, table, error }: RefusedBody): Promise<string> {
  await mkdir(directory, { recursive: true });
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
