import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readLedger } from '../stack.ts';
import { openStored, type Stored } from '../stored.ts';

const METRICS = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'];

const TABLES = {
  traces: ['otel_traces'],
  logs: ['otel_logs'],
  metrics: METRICS.map((kind) => `otel_metrics_${kind}`),
} as const;

/** What a data directory holds of a run, counted by these tests' own SQL. */
export interface Delivered {
  readonly runId: string;
  readonly state: string;
  readonly created: number;
  readonly acknowledged: number;
  readonly stored: number;
}

/**
 * Holds the ledger of every run against its rows, after the stack's end: of a run that ended in order, what was acknowledged is
 * stored exactly; of a killed one, all of it and at most what was sent; no span and no log record twice. Returns the spans' counts.
 */
export async function assertDelivered(dataDir: string): Promise<Delivered[]> {
  await using stored = await openStored(dataDir);
  const files = await readdir(join(dataDir, 'runs'));
  const runs = files.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const found: Delivered[] = [];
  for (const runId of runs.sort()) found.push(await assertRun(stored, dataDir, runId));
  return found;
}

async function assertRun(stored: Stored, dataDir: string, runId: string): Promise<Delivered> {
  const { state, signals } = await readLedger(dataDir, runId);
  const counted = { traces: 0, logs: 0, metrics: 0 };
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    for (const table of TABLES[signal]) counted[signal] += await count(stored, 'count()', table, runId);
    const { acknowledged, sent } = signals[signal];
    const rows = counted[signal];
    const about = `${signal} of ${runId} (${state}): ${acknowledged} acknowledged, ${rows} stored, ${sent} sent`;
    if (state === 'running') assert.ok(acknowledged <= rows && rows <= sent, about);
    else assert.equal(rows, acknowledged, about);
  }
  const ids = await count(stored, 'uniqExact(TraceId, SpanId)', 'otel_traces', runId);
  assert.equal(ids, counted.traces, `spans of ${runId} stored twice`);
  const records = await count(stored, 'uniqExact(*)', 'otel_logs', runId);
  assert.equal(records, counted.logs, `log records of ${runId} stored twice`);
  const { created, acknowledged } = signals.traces;
  return { runId, state, created, acknowledged, stored: counted.traces };
}

async function count(stored: Stored, what: string, table: string, runId: string): Promise<number> {
  const query = `SELECT ${what} AS n FROM ${table} WHERE ResourceAttributes['snkrs.run.id'] = '${runId}'`;
  const [row] = await stored.rows<{ n: number }>(query);
  return row!.n;
}
