import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../../embedded/test/stored.ts';

/** Ages are kept by the hundredth of a second. */
const BUCKET_MILLIS = 10;

/** How old spans were when a query first found them. */
export interface Ages {
  /** Looks once for what has become visible since the last look. */
  look(): Promise<void>;
  /** Spans seen since the first look. */
  readonly spans: number;
  /** INSERTs seen. */
  readonly parts: number;
  /** The age in seconds that `share` of the spans had not passed. */
  quantile(share: number): number;
}

/**
 * Follows the parts of the table of spans, which appear as INSERTs do, whole. The ages count from a span's end to the answer in which
 * its part was first seen: too long by the time between two looks at most, never too short. A part that is merged before it is looked
 * at is left out; an INSERT's part lives for seconds.
 */
export async function followAges(admin: ClickHouseClient): Promise<Ages> {
  const seen = new Set(await freshParts(admin));
  const buckets = new Map<number, number>();
  let spans = 0;
  let parts = 0;
  return {
    get spans() {
      return spans;
    },
    get parts() {
      return parts;
    },
    async look() {
      const fresh = (await freshParts(admin)).filter((part) => !seen.has(part));
      const at = Date.now();
      if (fresh.length === 0) return;
      for (const part of fresh) seen.add(part);
      parts += fresh.length;
      for (const { bucket, count } of await agesIn(admin, fresh, at)) {
        buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
        spans += count;
      }
    },
    quantile(share) {
      let left = spans * share;
      for (const [bucket, count] of [...buckets].sort(([a], [b]) => a - b)) {
        left -= count;
        if (left <= 0) return ((bucket + 1) * BUCKET_MILLIS) / 1000;
      }
      return Number.NaN;
    },
  };
}

async function freshParts(admin: ClickHouseClient): Promise<string[]> {
  const query = `SELECT name FROM system.parts WHERE database = 'otel' AND table = 'otel_traces' AND active AND level = 0`;
  return (await rowsOf<{ name: string }>(admin, query)).map(({ name }) => name);
}

function agesIn(admin: ClickHouseClient, parts: readonly string[], at: number) {
  const names = parts.map((name) => `'${name}'`).join(', ');
  const age = `${at} - (toUnixTimestamp64Nano(Timestamp) + Duration) / 1e6`;
  return rowsOf<{ bucket: number; count: number }>(
    admin,
    `SELECT toInt32(floor((${age}) / ${BUCKET_MILLIS})) AS bucket, count() AS count
     FROM otel.otel_traces WHERE _part IN (${names}) GROUP BY bucket`,
  );
}
