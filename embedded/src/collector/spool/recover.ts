import { open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { Signal } from '../mapping/statements.ts';
import { createDigestList } from './digest-list.ts';
import { MARKER_BYTES } from './marker.ts';
import { type Segment, segmentIdOf } from './segment.ts';
import { segmentBodies } from './segment-bodies.ts';
import { deleteSplits, segmentFileOf } from './splits.ts';

/** The segments an earlier run left in `directory`, oldest first, each cut behind its last whole body. */
export async function recoverSegments(signal: Signal, directory: string, log: Log): Promise<Segment[]> {
  const segments: Segment[] = [];
  const names = (await readdir(directory)).sort();
  await deleteOrphanedSplits(directory, names);
  for (const name of names) {
    const id = segmentIdOf(name);
    if (id === undefined) continue;
    const segment = await recoverSegment(
      {
        signal,
        id,
        path: join(directory, name),
        since: performance.now(),
        bytes: 0,
        items: 0,
        digests: createDigestList(),
      },
      log,
    );
    if (segment.bytes > 0) segments.push(segment);
    else await unlink(segment.path);
  }
  return segments;
}

/** Of segments that were deleted when the earlier run was about to delete these too. */
async function deleteOrphanedSplits(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const segmentFile = segmentFileOf(name);
    if (segmentFile !== undefined && !names.includes(segmentFile)) await deleteSplits(join(directory, segmentFile));
  }
}

async function recoverSegment(segment: Segment, log: Log): Promise<Segment> {
  const file = await readFile(segment.path);
  for (const { offset, marker } of segmentBodies(file)) {
    segment.bytes = offset + MARKER_BYTES + marker.bodyBytes;
    segment.items += marker.items;
    segment.digests.push(marker.digest);
  }
  if (segment.bytes === file.length) return segment;
  log(`${segment.path}: cut ${file.length - segment.bytes} bytes of a write that was never acknowledged`);
  const handle = await open(segment.path, 'r+');
  await handle.truncate(segment.bytes);
  await handle.sync();
  await handle.close();
  return segment;
}
