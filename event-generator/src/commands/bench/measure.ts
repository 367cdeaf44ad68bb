import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ClickHouse } from '../clickhouse/open-clickhouse.ts';
import { type Ingestion, type InsertedRow, type StoredRow, toIngestion } from './ingestion.ts';

/** Asks ClickHouse what arrived in the last minute. It reads no telemetry, only what the server knows of its parts. */
export async function measure(clickhouse: ClickHouse, signal: AbortSignal): Promise<Ingestion> {
  const stored = await rows<StoredRow>(clickhouse, 'stored.sql', signal);
  return toIngestion(stored, await rows<InsertedRow>(clickhouse, 'inserted.sql', signal));
}

async function rows<Row>(clickhouse: ClickHouse, file: string, signal: AbortSignal): Promise<Row[]> {
  const sql = await readFile(join(import.meta.dirname, file), 'utf8');
  const { body } = await clickhouse.run(sql, {
    format: 'JSONEachRow',
    // Both are planning more than work: one thread is enough. The query log is for people's queries.
    settings: { output_format_json_quote_64bit_integers: 0, max_threads: 1, log_queries: 0 },
    signal,
  });
  const lines = (await text(body)).split('\n').filter((line) => line !== '');
  // The columns are those of the file, which Row describes.
  return lines.map((line) => JSON.parse(line) as Row);
}
