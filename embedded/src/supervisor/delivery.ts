import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { z } from 'zod';
import { SupervisorError } from './supervisor-error.ts';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
type Signal = (typeof SIGNALS)[number];

const ITEMS: Record<Signal, string> = { traces: 'spans', logs: 'log records', metrics: 'data points' };

// The part of the event-generator's delivery ledger that is compared here.
const created = z.object({ created: z.int().min(0), acknowledged: z.int().min(0) });
const ledgerSchema = z.object({
  runId: z.string(),
  state: z.string(),
  startedAt: z.iso.datetime(),
  signals: z.object({ traces: created, logs: created, metrics: created }),
});
const storedSchema = z.tuple([z.object({ stored: z.int() })]);

/** A table and its column of time. */
type Table = readonly [name: string, time: string];

const TABLES: Readonly<Record<Signal, readonly Table[]>> = {
  traces: [['otel_traces', 'Timestamp']],
  logs: [['otel_logs', 'Timestamp']],
  metrics: ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'].map((kind) => [
    `otel_metrics_${kind}`,
    'TimeUnix',
  ]),
};

/** ClickHouse may be short of memory for a moment: merges and the page share it. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** What a run created and the collector acknowledged (by its ledger), and what ClickHouse holds of it. */
export interface Delivery {
  readonly runId: string;
  /** It ended in order, and not by a kill, which takes along what was made and not yet sent. */
  readonly isClosed: boolean;
  readonly signals: Readonly<Record<Signal, { created: number; acknowledged: number; stored: number }>>;
}

/** Where to find both sides. */
export interface DeliverySource {
  /** The directory of the ledgers. */
  readonly runs: string;
  readonly runId: string;
  readonly clickhouseUrl: string;
  readonly password: string;
}

/**
 * Holds a run's ledger against the rows; undefined where the run has left no ledger.
 *
 * @throws {SupervisorError} ClickHouse would not count
 */
export async function readDelivery(source: DeliverySource): Promise<Delivery | undefined> {
  const text = await readFile(join(source.runs, `${source.runId}.json`), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const ledger = ledgerSchema.parse(JSON.parse(text));
  const client = createClient({
    url: source.clickhouseUrl,
    username: 'admin',
    password: source.password,
    request_timeout: 60_000,
    // What goes wrong is told below, in one line.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const stored = await countStored(client, ledger.runId, ledger.startedAt).finally(() => client.close());
  const row = (signal: Signal) => ({ ...ledger.signals[signal], stored: stored[signal] });
  const isClosed = ledger.state !== 'running';
  return {
    runId: ledger.runId,
    isClosed,
    signals: { traces: row('traces'), logs: row('logs'), metrics: row('metrics') },
  };
}

async function countStored(client: ClickHouseClient, run: string, startedAt: string): Promise<Record<Signal, number>> {
  const query = await readFile(join(import.meta.dirname, 'stored.sql'), 'utf8');
  const since = Math.floor(Date.parse(startedAt) / 1000);
  const stored = { traces: 0, logs: 0, metrics: 0 };
  for (const signal of SIGNALS) {
    for (const [table, time] of TABLES[signal]) {
      stored[signal] += await countRows(client, query, { table, time, run, since });
    }
  }
  return stored;
}

async function countRows(client: ClickHouseClient, query: string, params: Record<string, unknown>): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await client.query({ query, query_params: params, format: 'JSONEachRow' });
      return storedSchema.parse(await result.json())[0].stored;
    } catch (cause) {
      if (attempt === ATTEMPTS) throw couldNotCount(params, cause);
      await sleep(PAUSE_MS);
    }
  }
}

function couldNotCount({ table, run }: Record<string, unknown>, cause: unknown): SupervisorError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
  return new SupervisorError(
    `The rows of run ${run} in ${table} could not be counted (${reason}): start again and count them by snkrs.run.id.`,
    { cause },
  );
}

/** Whether everything that was created is stored, once; of a killed run, whether everything acknowledged is. */
export function isComplete({ isClosed, signals }: Delivery): boolean {
  return SIGNALS.every((signal) => {
    const { created, acknowledged, stored } = signals[signal];
    return isClosed ? created === stored : acknowledged <= stored && stored <= created;
  });
}

/** The comparison as lines for people. */
export function deliveryLines(delivery: Delivery): string[] {
  const columns = ['created', 'acknowledged', 'stored'] as const;
  const cell = (text: string) => text.padStart(14);
  const rows = SIGNALS.map((signal) => {
    const counts = delivery.signals[signal];
    return `  ${ITEMS[signal].padEnd(12)}${columns.map((name) => cell(counts[name].toLocaleString('en-US'))).join('')}`;
  });
  const verdict = isComplete(delivery)
    ? `Run ${delivery.runId}: everything ${delivery.isClosed ? 'it created' : 'acknowledged before its death'} is stored.`
    : `Run ${delivery.runId}: what is stored differs from what was created. What still waits in the spool is stored at the next start.`;
  return [`  ${''.padEnd(12)}${columns.map(cell).join('')}`, ...rows, verdict];
}
