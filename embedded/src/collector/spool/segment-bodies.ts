import { digestOf } from './digest.ts';
import { decodeMarker, MARKER_BYTES, type Marker } from './marker.ts';

/** One request body in a segment file. */
export interface SegmentBody {
  /** Where its marker starts, and with it what has to be sent to ClickHouse. */
  readonly offset: number;
  readonly marker: Marker;
  readonly bytes: Buffer;
}

/**
 * The bodies of a segment file, up to the first that is cut off or is not what its marker says: the end of a file that
 * was being written when the process or the machine stopped, which nobody was told is kept.
 */
export function* segmentBodies(file: Buffer): Generator<SegmentBody> {
  let offset = 0;
  while (offset < file.length) {
    const marker = decodeMarker(file.subarray(offset, offset + MARKER_BYTES));
    if (marker === undefined) return;
    const start = offset + MARKER_BYTES;
    const bytes = file.subarray(start, start + marker.bodyBytes);
    if (bytes.length < marker.bodyBytes || digestOf(bytes) !== marker.digest) return;
    yield { offset, marker, bytes };
    offset = start + marker.bodyBytes;
  }
}
