/** The field numbers that lead from a request to its items, which are counted where the path ends; see opentelemetry/proto. */
const SPANS_OR_LOG_RECORDS: readonly number[] = [1, 2, 2];
const METRICS: readonly number[] = [1, 2, 2];
/** Each kind of metric has its data points in field 1. */
const METRIC_KINDS: readonly number[] = [5, 7, 9, 10, 11];

/** How many spans or log records the bytes of an `ExportTraceServiceRequest` or `ExportLogsServiceRequest` hold. */
export function countRecords(body: Uint8Array): number {
  return countFields(body, 0, body.length, SPANS_OR_LOG_RECORDS, 0);
}

/** How many data points the bytes of an `ExportMetricsServiceRequest` hold. */
export function countDataPoints(body: Uint8Array): number {
  return METRIC_KINDS.reduce((sum, kind) => sum + countFields(body, 0, body.length, [...METRICS, kind, 1], 0), 0);
}

/** Walks only what lies on the path; every other length-delimited field is skipped unread. */
function countFields(body: Uint8Array, from: number, end: number, path: readonly number[], depth: number): number {
  let count = 0;
  let at = from;
  while (at < end) {
    const tag = varint(body, at);
    const wire = tag.value & 7;
    at = tag.next;
    if (wire === 2) {
      const length = varint(body, at);
      const after = length.next + length.value;
      if (tag.value >>> 3 === path[depth]) {
        count += depth + 1 === path.length ? 1 : countFields(body, length.next, after, path, depth + 1);
      }
      at = after;
    } else if (wire === 0) at = varint(body, at).next;
    else at += wire === 1 ? 8 : 4;
  }
  return count;
}

function varint(body: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let at = from;
  for (let scale = 1; ; scale *= 128) {
    const byte = body[at++];
    if (byte === undefined) throw new RangeError(`a number that is cut off at byte ${from}: expected an OTLP request`);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at };
  }
}
