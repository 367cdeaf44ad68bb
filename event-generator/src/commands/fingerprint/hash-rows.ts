import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS, type Signal } from '../../telemetry/signal.ts';
import type { ClickHouse } from '../clickhouse/open-clickhouse.ts';

/** What one signal of a run comes to: runs of which both are equal have the same telemetry. */
export interface SignalHash {
  readonly rows: number;
  /** 32 hex digits. */
  readonly hash: string;
}

const rowSchema = z.object({ rows: z.int(), hash: z.string() });

/** Hashes the rows of a run in ClickHouse; nothing of the run is older than `startedAt`. */
export async function hashRows(
  clickhouse: ClickHouse,
  { runId, startedAt }: { readonly runId: string; readonly startedAt: EpochMillis },
  signal: AbortSignal,
): Promise<Record<Signal, SignalHash>> {
  const params = { run: runId, since: Math.floor(startedAt / 1000) };
  const settings = { output_format_json_quote_64bit_integers: 0 };
  const hash = async (name: Signal): Promise<SignalHash> => {
    const sql = await readFile(join(import.meta.dirname, `${name}.sql`), 'utf8');
    const { body } = await clickhouse.run(sql, { format: 'JSONEachRow', params, settings, signal });
    // An aggregate without GROUP BY is one row.
    return rowSchema.parse(await json(body));
  };
  const hashes: Partial<Record<Signal, SignalHash>> = {};
  // One after the other: they share the server with inserts.
  for (const name of SIGNALS) hashes[name] = await hash(name);
  return hashes as Record<Signal, SignalHash>;
}
