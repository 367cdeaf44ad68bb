import { setTimeout as after } from 'node:timers/promises';
import type { BenchClickHouse } from '../stand/clickhouse.ts';

/** What came of a sender's spans. */
export interface Stored {
  readonly created: number;
  readonly stored: number;
  /** From the first rows after the warm-up to the last. */
  readonly spansPerSecond: number;
}

/** Rows that go by uncounted: code is compiled meanwhile. */
const WARM_UP_SPANS = 10_000;
const SILENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** Empties the table, lets `send` make its spans (it says how many), and follows them into the table until all are there or none come any more. */
export async function measureStored(clickhouse: BenchClickHouse, send: () => Promise<number>): Promise<Stored> {
  await clickhouse.empty();
  let created: number | undefined;
  const sending = send().then((spans) => {
    created = spans;
  });
  const changes: { at: number; spans: number }[] = [{ at: performance.now(), spans: 0 }];
  const latest = () => changes.at(-1)!;
  while (created === undefined || (latest().spans < created && performance.now() - latest().at < SILENCE_MS)) {
    const spans = await clickhouse.countSpans();
    if (spans !== latest().spans) changes.push({ at: performance.now(), spans });
    await Promise.race([after(LOOK_EVERY_MS), created === undefined ? sending : undefined]);
  }
  await sending;
  const first = changes.find(({ spans }) => spans >= WARM_UP_SPANS) ?? latest();
  const { at, spans: stored } = latest();
  return { created, stored, spansPerSecond: ((stored - first.spans) * 1000) / (at - first.at) };
}
