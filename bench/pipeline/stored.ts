import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchClickHouse } from '../stand/clickhouse.ts';

/** What a sender made, and what became of it. */
export interface Delivery {
  readonly created: number;
  readonly stored: number;
  /** From the start of the sender to the last row: what it makes before the first one is stored takes its time, too. */
  readonly storedPerSecond: number;
}

const LOOK_EVERY_MS = 50;
/** What is not in the table when nothing has come for so long, and no INSERT is under way, is lost. */
const SILENCE_MS = 8_000;

/** Runs a sender, which resolves to the spans it has made, and follows the table until all of them are there or nothing comes any more. */
export async function measureDelivery(clickhouse: BenchClickHouse, sender: () => Promise<number>): Promise<Delivery> {
  await clickhouse.empty();
  const begun = performance.now();
  let end: { readonly created: number; readonly at: number } | 'failed' | undefined;
  const sent = sender();
  sent.then(
    (created) => {
      end = { created, at: performance.now() };
    },
    () => {
      end = 'failed';
    },
  );
  let stored = 0;
  let lastAt = performance.now();
  const isOver = async () => {
    if (end === undefined || end === 'failed') return end === 'failed';
    if (stored === end.created) return true;
    return performance.now() - Math.max(lastAt, end.at) > SILENCE_MS && !(await clickhouse.isInserting());
  };
  while (!(await isOver())) {
    await sleep(LOOK_EVERY_MS);
    const now = await clickhouse.countSpans();
    if (now > stored) lastAt = performance.now();
    stored = now;
  }
  const created = await sent;
  return { created, stored, storedPerSecond: stored === 0 ? 0 : (stored * 1000) / (lastAt - begun) };
}
