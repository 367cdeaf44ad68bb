import assert from 'node:assert/strict';
import type { ComposeStack } from './compose.ts';
import { until } from './compose.ts';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
type Signal = (typeof SIGNALS)[number];

/** What a run's ledger file says, as far as it is compared here. */
export interface Ledger {
  readonly runId: string;
  readonly state: string;
  readonly history: { readonly to: string; readonly reached: string; readonly goesLive: boolean } | null;
  readonly signals: Readonly<
    Record<Signal, { created: number; acknowledged: number; rejected: number; dropped: number }>
  >;
}

/** The rows of a SELECT, as `admin`. */
export async function select<Row>(stack: ComposeStack, query: string): Promise<Row[]> {
  const url = `http://127.0.0.1:${stack.ports.clickhouse}/?user=admin&password=clickhouse123`;
  const settings = 'SETTINGS output_format_json_quote_64bit_integers = 0 FORMAT JSON';
  // Its service restarts by itself where a test, or what a test did to its clients, has ended it.
  const answer = await until('ClickHouse answers', 60, () =>
    fetch(url, { method: 'POST', body: `${query} ${settings}` }).catch(() => undefined),
  );
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  // FORMAT JSON wraps the rows so.
  return (JSON.parse(text) as { data: Row[] }).data;
}

/** The ledgers of all runs, from the event-generator's volume, oldest first. */
export async function ledgers(stack: ComposeStack): Promise<Ledger[]> {
  const print =
    'for (const f of fs.readdirSync("/data/runs").filter((f) => f.endsWith(".json")).sort()) ' +
    'console.log(JSON.stringify(JSON.parse(fs.readFileSync("/data/runs/" + f, "utf8"))))';
  const text = await stack.compose('run', '--rm', '--no-deps', '-T', 'event-generator', 'node', '-e', print);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Ledger);
}

/** Holds a run that has ended in order against the tables: everything it made is there, once. */
export async function assertStored(stack: ComposeStack, ledger: Ledger): Promise<void> {
  assert.equal(ledger.state, 'complete', JSON.stringify(ledger));
  const created = Object.fromEntries(SIGNALS.map((signal) => [signal, ledger.signals[signal].created]));
  let stored: Record<Signal, number> | undefined;
  // Acknowledged means queued on disk; ClickHouse has it when the queue is empty.
  await until(`run ${ledger.runId} stored: ${JSON.stringify(created)}`, 120, async () => {
    stored = await storedOf(stack, ledger.runId);
    return SIGNALS.every((signal) => stored![signal] >= created[signal]!) || undefined;
  }).catch(() => {});
  assert.deepEqual(stored, created);
  const [ids] = await select<{ spans: number; ids: number }>(
    stack,
    `SELECT count() AS spans, uniqExact(TraceId, SpanId) AS ids FROM otel.otel_traces
     WHERE ResourceAttributes['snkrs.run.id'] = '${ledger.runId}'`,
  );
  assert.equal(ids!.ids, ids!.spans, 'each span once');
  console.log(`run ${ledger.runId}: created = stored: ${JSON.stringify(created)}`);
}

async function storedOf(stack: ComposeStack, runId: string): Promise<Record<Signal, number>> {
  const count = (table: string) =>
    `(SELECT count() FROM otel.${table} WHERE ResourceAttributes['snkrs.run.id'] = '${runId}')`;
  const points = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'].map((kind) =>
    count(`otel_metrics_${kind}`),
  );
  const [row] = await select<Record<Signal, number>>(
    stack,
    `SELECT ${count('otel_traces')} AS traces, ${count('otel_logs')} AS logs, ${points.join(' + ')} AS metrics`,
  );
  return row!;
}
